/**
 * OTLP/gRPC: grpc-java's channel on the runtime's own TCP driver, one unary call an attempt.
 *
 * <p>grpc-java keeps HTTP/2, flow control and deadlines; what is ours is below it (the event loop and the streams of
 * {@code exporter.transport}), beside it (one connection that is made when a call needs it, and never by itself) and
 * above it (what an answer means). There is no protobuf runtime: a message is the bytes of a payload. Nothing here, and
 * no class of grpc's, is loaded unless a pipeline is told to speak gRPC.
 *
 * <p>As soon as it is loaded, grpc-java looks for native sockets that are not used here, and JDK 24 and later print that
 * it does. In the agent jar it is told not to; elsewhere the property
 * {@code io.grpc.netty.shaded.io.netty.transport.noNative=true} does the same.
 *
 * <p>Upstream: {@code exporter}. Downstream: {@code exporter.transport}, {@code runtime}. Entry classes:
 * {@link io.sluice.exporter.grpc.GrpcTransport}, {@link io.sluice.exporter.grpc.GrpcTransportSettings}.
 */
@NullMarked
package io.sluice.exporter.grpc;

import org.jspecify.annotations.NullMarked;
