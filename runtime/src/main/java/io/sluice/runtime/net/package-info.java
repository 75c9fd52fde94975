/**
 * TCP and Unix-domain streams and listeners, UDP sockets, and the selector that wakes the tasks that wait for them.
 *
 * <p>A channel is tried first and waited for only when it has nothing: {@code Registration} keeps who waits, {@code
 * Readiness} what the selector last said, {@code IoDriver} runs the selector on whichever worker has nothing better to
 * do.
 *
 * <p>Upstream: {@code exporter.transport}, {@code runtime.scheduler} (which polls the driver). Downstream:
 * {@code runtime.io}, {@code java.nio.channels}. Entry class: {@link io.sluice.runtime.net.TcpStream}.
 */
@NullMarked
package io.sluice.runtime.net;

import org.jspecify.annotations.NullMarked;
