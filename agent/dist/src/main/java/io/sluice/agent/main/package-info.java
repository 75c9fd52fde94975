/**
 * The few top-level classes of the agent jar: premain and main.
 *
 * <p>Upstream: the JVM. Downstream: {@code agent.otel}, {@code agent.cli}, through the agent's own class loader. Entry class: {@code SluiceAgent}.
 *
 * <p>Java 8 byte code that names only JDK types and the OpenTelemetry agent's entry points: an older JVM can load it and
 * say why nothing starts. Not {@code @NullMarked}, because that annotation is not known to Java 8.
 */
package io.sluice.agent.main;
