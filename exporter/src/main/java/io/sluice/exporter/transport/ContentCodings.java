package io.sluice.exporter.transport;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipException;

/** The ways of compression that a server takes, by the names of RFC 9110, section 8.4.1. Immutable. */
public final class ContentCodings {

    private static final int BUFFER_BYTES = 4 * 1024;

    /** Low four bits of a zlib stream's first byte: deflate. */
    private static final int ZLIB_METHOD = 8;

    private static final ContentCodings STANDARD =
            new ContentCodings(Map.of()).with("gzip", GzipInput::new).with("deflate", Deflate::new);

    private final Map<String, ContentCoding> codings;

    private ContentCodings(Map<String, ContentCoding> codings) {
        this.codings = codings;
    }

    /** What the JDK has: gzip, and deflate with zlib's frame, as it should be, or without, as some clients send it. */
    public static ContentCodings standard() {
        return STANDARD;
    }

    /** These and one more. */
    public ContentCodings with(String name, ContentCoding coding) {
        Map<String, ContentCoding> more = new LinkedHashMap<>(codings);
        more.put(name, coding);
        return new ContentCodings(more);
    }

    /** By its name in any case; empty for one that is not taken, and for several in a row. */
    public Optional<ContentCoding> find(String name) {
        String plain = name.strip().toLowerCase(Locale.ROOT);
        return Optional.ofNullable(codings.get(plain.equals("x-gzip") ? "gzip" : plain));
    }

    /** All names, as a header lists them. */
    public String names() {
        return String.join(", ", codings.keySet());
    }

    private static ByteArrayInputStream in(byte[] bytes, int length) {
        return new ByteArrayInputStream(bytes, 0, length);
    }

    /** A stream that wants a dictionary ends for the JDK as if it were whole. */
    private static final class Deflate extends InflaterInputStream {

        Deflate(byte[] bytes, int length) {
            super(in(bytes, length), new Inflater(!hasZlibHeader(bytes, length)), BUFFER_BYTES);
        }

        /** RFC 1950: the method, and a first pair of bytes that 31 divides. */
        private static boolean hasZlibHeader(byte[] bytes, int length) {
            return length >= 2
                    && (bytes[0] & 0xf) == ZLIB_METHOD
                    && (((bytes[0] & 0xff) << 8) | (bytes[1] & 0xff)) % 31 == 0;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int read = super.read(target, offset, length);
            if (read < 0 && inf.needsDictionary()) {
                throw new ZipException("it needs a dictionary");
            }
            return read;
        }

        @Override
        public void close() throws IOException {
            inf.end();
            super.close();
        }
    }
}
