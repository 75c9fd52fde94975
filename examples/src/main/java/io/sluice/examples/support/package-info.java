/**
 * What the servers among the examples share: accept, serve, stop.
 *
 * <p>Upstream: the example servers. Downstream: {@code sluice-runtime}. Entry class: {@code TcpServer}.
 */
@NullMarked
package io.sluice.examples.support;

import org.jspecify.annotations.NullMarked;
