package io.sluice.agent.sidecar;

import io.airlift.compress.zstd.ZstdInputStream;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Zstandard (RFC 8878) by aircompressor: in Java, windows of up to 8 MiB on the heap, no dictionaries. Its classes are
 * loaded by the first request that needs them.
 */
final class Zstd extends FilterInputStream {

    private Zstd(InputStream in) {
        super(in);
    }

    /** A coding as {@link io.sluice.exporter.transport.ContentCoding} wants it. */
    static InputStream open(byte[] compressed, int length) throws IOException {
        if (length == 0) {
            throw new IOException("it is empty"); // which aircompressor takes for a whole stream
        }
        return new Zstd(new ZstdInputStream(new ByteArrayInputStream(compressed, 0, length)));
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        try {
            return super.read(target, offset, length);
        } catch (IndexOutOfBoundsException | IllegalArgumentException | IllegalStateException e) {
            throw new IOException("it is not zstd", e); // damaged input, by one of its checks
        } catch (io.airlift.compress.MalformedInputException e) {
            throw new IOException(String.valueOf(e.getMessage()), e);
        }
    }
}
