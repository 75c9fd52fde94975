package io.sluice.exporter.transport;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.ZipException;

/**
 * What gzip data that is all there contains (RFC 1952): all of its members, straight from its array into the reader's.
 *
 * <p>Unlike the JDK's stream it refuses whatever stands behind a member and is not one: what looks like rubbish there
 * may be what was left of somebody's data. One thread.
 */
final class GzipInput extends InputStream {

    private static final int MAGIC = 0x8b1f;
    private static final int DEFLATE = 8;
    private static final int HEADER_BYTES = 10;
    private static final int TRAILER_BYTES = 8;

    // Flags of a member's header.
    private static final int HAS_CHECKSUM = 2;
    private static final int HAS_EXTRA = 4;
    private static final int HAS_NAME = 8;
    private static final int HAS_COMMENT = 16;
    private static final int RESERVED = 0xe0;

    private final ByteBuffer in;
    private final Inflater inflater;
    private final CRC32 sum = new CRC32();
    private boolean ended;

    /** @throws IOException if there is no whole header in front */
    GzipInput(byte[] compressed, int length) throws IOException {
        in = ByteBuffer.wrap(compressed, 0, length).order(ByteOrder.LITTLE_ENDIAN);
        readHeader();
        inflater = new Inflater(true);
        inflater.setInput(in);
    }

    /** What comes out of the last member, if its trailer is right: all, as a rule. A hint, for nobody has checked it. */
    @Override
    public int available() {
        int size = in.getInt(in.limit() - Integer.BYTES);
        return ended ? 0 : size < 0 ? Integer.MAX_VALUE : size;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (!ended) {
            int read = inflate(target, offset, length);
            if (read > 0) {
                sum.update(target, offset, read);
                return read;
            }
            if (!inflater.finished()) {
                throw inflater.needsDictionary() ? new ZipException("it needs a dictionary") : new EOFException();
            }
            endMember();
        }
        return -1;
    }

    private int inflate(byte[] target, int offset, int length) throws IOException {
        try {
            return inflater.inflate(target, offset, length);
        } catch (DataFormatException e) {
            throw new ZipException(String.valueOf(e.getMessage()));
        }
    }

    private void endMember() throws IOException {
        need(TRAILER_BYTES);
        if (in.getInt() != (int) sum.getValue()) {
            throw new ZipException("its checksum is wrong");
        }
        if (in.getInt() != (int) inflater.getBytesWritten()) {
            throw new ZipException("its size is wrong");
        }
        ended = !in.hasRemaining();
        if (!ended) {
            readHeader();
            sum.reset();
            inflater.reset();
            inflater.setInput(in);
        }
    }

    private void readHeader() throws IOException {
        int start = in.position();
        need(HEADER_BYTES);
        if ((in.getShort() & 0xffff) != MAGIC || in.get() != DEFLATE) {
            throw new ZipException(start == 0 ? "it is not in gzip format" : "something else stands behind its end");
        }
        int flags = in.get();
        if ((flags & RESERVED) != 0) {
            throw new ZipException("its header has flags that nobody knows");
        }
        in.position(start + HEADER_BYTES);
        if ((flags & HAS_EXTRA) != 0) {
            need(Short.BYTES);
            skip(in.getShort() & 0xffff);
        }
        if ((flags & HAS_NAME) != 0) {
            skipText();
        }
        if ((flags & HAS_COMMENT) != 0) {
            skipText();
        }
        if ((flags & HAS_CHECKSUM) != 0) {
            checkHeader(start);
        }
    }

    private void checkHeader(int start) throws IOException {
        CRC32 header = new CRC32();
        header.update(in.array(), start, in.position() - start);
        need(Short.BYTES);
        if (in.getShort() != (short) header.getValue()) {
            throw new ZipException("its header's checksum is wrong");
        }
    }

    private void skip(int count) throws EOFException {
        need(count);
        in.position(in.position() + count);
    }

    private void skipText() throws EOFException {
        do {
            need(1);
        } while (in.get() != 0);
    }

    private void need(int count) throws EOFException {
        if (in.remaining() < count) {
            throw new EOFException();
        }
    }

    @Override
    public void close() {
        inflater.end();
    }
}
