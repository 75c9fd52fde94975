/** Tests of the demo's reckoning, and of the demo itself as a process. */
@NullMarked
package io.sluice.examples.demo;

import org.jspecify.annotations.NullMarked;
