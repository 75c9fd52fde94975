/**
 * Bytes to and from a peer: Netty's HTTP codecs on the runtime's own TCP driver. Beside {@code exporter.grpc} the only
 * package that imports Netty.
 *
 * <p>{@code DriverEventLoop} is Netty's event loop as a task of the runtime, {@code DriverSocketChannel} Netty's view of a
 * {@code TcpStream}. Out: {@code HttpTransport} sends payloads. In: {@link io.sluice.exporter.transport.HttpServer} hands
 * requests to a {@link io.sluice.exporter.transport.RequestHandler}. What else is public is there for
 * {@code exporter.grpc}.
 *
 * <p>Upstream: {@code exporter}, the sidecar's receiver, the demo's collector. Downstream: {@code runtime.net}. Entry
 * classes: {@code HttpTransport}, {@link io.sluice.exporter.transport.HttpServer}.
 */
@NullMarked
package io.sluice.exporter.transport;

import org.jspecify.annotations.NullMarked;
