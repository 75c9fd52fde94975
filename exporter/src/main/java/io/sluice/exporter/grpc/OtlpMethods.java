package io.sluice.exporter.grpc;

import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.sluice.exporter.Signal;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The calls of OTLP/gRPC (opentelemetry-proto, collector services), from a body's bytes to an answer's bytes. */
final class OtlpMethods {

    private static final MethodDescriptor<BodyStream, byte[]> TRACES = export(Signal.TRACES);
    private static final MethodDescriptor<BodyStream, byte[]> METRICS = export(Signal.METRICS);
    private static final MethodDescriptor<BodyStream, byte[]> LOGS = export(Signal.LOGS);
    private static final MethodDescriptor<BodyStream, byte[]> PROFILES = export(Signal.PROFILES);

    private OtlpMethods() {}

    static MethodDescriptor<BodyStream, byte[]> of(Signal signal) {
        return switch (signal) {
            case TRACES -> TRACES;
            case METRICS -> METRICS;
            case LOGS -> LOGS;
            case PROFILES -> PROFILES;
        };
    }

    private static MethodDescriptor<BodyStream, byte[]> export(Signal signal) {
        return MethodDescriptor.newBuilder(new Request(), new Response())
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName(signal.grpcPath().substring(1))
                .setSampledToLocalTracing(false)
                .build();
    }

    private static final class Request implements MethodDescriptor.Marshaller<BodyStream> {
        @Override
        public InputStream stream(BodyStream body) {
            return body;
        }

        @Override
        public BodyStream parse(InputStream stream) {
            throw Status.INTERNAL.withDescription("a client gets no requests").asRuntimeException();
        }
    }

    /** As large as grpc-java lets it be: its limit is set where the channel is built. */
    private static final class Response implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] response) {
            return InputStream.nullInputStream();
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
