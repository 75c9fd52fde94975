/**
 * The few top-level classes of the agent jar: premain and main.
 *
 * <p>Upstream: the JVM. Downstream: {@code agent.otel}, {@code agent.cli}, through the agent's own class loader. Entry class: {@code SluiceAgent}.
 */
@NullMarked
package io.sluice.agent.main;

import org.jspecify.annotations.NullMarked;
