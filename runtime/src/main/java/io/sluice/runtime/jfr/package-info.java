/**
 * What a runtime does as events of the JDK's flight recorder. Needs the module {@code jdk.jfr}; nothing else in the
 * runtime does.
 *
 * <p>Upstream: users. Downstream: runtime. Entry class: {@link io.sluice.runtime.jfr.RuntimeEvents}.
 */
@NullMarked
package io.sluice.runtime.jfr;

import org.jspecify.annotations.NullMarked;
