package io.sluice.exporter.testing;

import io.grpc.MethodDescriptor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The messages of a gRPC method as they are on the wire. */
public final class Bytes implements MethodDescriptor.Marshaller<byte[]> {

    private Bytes() {}

    /** The method at {@code path}, which begins with a slash. */
    public static MethodDescriptor<byte[], byte[]> method(String path) {
        return MethodDescriptor.<byte[], byte[]>newBuilder(new Bytes(), new Bytes())
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName(path.substring(1))
                .build();
    }

    @Override
    public InputStream stream(byte[] value) {
        return new ByteArrayInputStream(value);
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
