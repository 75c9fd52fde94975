/**
 * A running runtime as seen over JMX. Needs the module {@code java.management}; nothing else in the runtime does.
 *
 * <p>Upstream: users. Downstream: runtime. Entry class: {@link io.sluice.runtime.management.RuntimeBean}.
 */
@NullMarked
package io.sluice.runtime.management;

import org.jspecify.annotations.NullMarked;
