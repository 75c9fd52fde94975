/**
 * TCP streams and listeners on the runtime's selector driver.
 *
 * <p>Upstream: exporter.transport. Downstream: java.nio.channels. Entry class: {@code TcpStream}.
 */
@NullMarked
package io.sluice.runtime.net;

import org.jspecify.annotations.NullMarked;
