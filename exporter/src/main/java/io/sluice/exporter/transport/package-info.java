/**
 * Bytes to and from a peer: Netty's HTTP codecs on the runtime's own TCP driver. The only package that imports Netty or grpc.
 *
 * <p>Upstream: {@code exporter}, the sidecar's receiver. Downstream: {@code runtime.net}. Entry class: {@code HttpTransport}.
 */
@NullMarked
package io.sluice.exporter.transport;

import org.jspecify.annotations.NullMarked;
