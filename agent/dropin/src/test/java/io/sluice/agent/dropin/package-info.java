/** The drop-in jar as it is shipped. */
package io.sluice.agent.dropin;
