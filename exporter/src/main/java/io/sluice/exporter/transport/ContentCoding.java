package io.sluice.exporter.transport;

import java.io.IOException;
import java.io.InputStream;

/** A way in which bodies are compressed: a content coding of HTTP, or a message encoding of gRPC. No state. */
@FunctionalInterface
public interface ContentCoding {

    /**
     * What comes out of the first {@code length} bytes of {@code compressed}, as it is read. Reading ends in an {@link
     * IOException} if they are damaged or cut off, and needs no more memory than the coding's window.
     */
    InputStream open(byte[] compressed, int length) throws IOException;
}
