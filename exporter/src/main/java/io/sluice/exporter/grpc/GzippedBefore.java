package io.sluice.exporter.grpc;

import io.grpc.Compressor;
import java.io.OutputStream;

/**
 * Gzip as grpc-java sees it, for messages that are gzip already: it is told so, and passes the bytes through. Left to
 * itself it would compress on whichever worker sends.
 */
final class GzippedBefore implements Compressor {

    static final String NAME = "gzip";

    @Override
    public String getMessageEncoding() {
        return NAME;
    }

    @Override
    public OutputStream compress(OutputStream target) {
        return target;
    }
}
