/** The sidecar's jar as it is shipped. */
package io.sluice.agent.standalone;
