/**
 * Manual clock, test waker and scripted stream: drives futures step by step without waiting.
 *
 * <p>Upstream: tests of this project and of its users. Downstream: runtime.time, runtime.io. Entry class: {@code ManualClock}.
 */
@NullMarked
package io.sluice.runtime.testkit;

import org.jspecify.annotations.NullMarked;
