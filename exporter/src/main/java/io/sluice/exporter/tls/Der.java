package io.sluice.exporter.tls;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/** As much of ASN.1's distinguished encoding (X.690) as it takes to put a bare key into a PKCS#8 envelope. */
final class Der {

    static final int INTEGER = 0x02;
    static final int OCTET_STRING = 0x04;
    static final int OBJECT_ID = 0x06;
    static final int SEQUENCE = 0x30;

    private final byte[] bytes;
    private final int end;
    private int position;

    /** Reads the elements in {@code bytes}, one after the other. */
    Der(byte[] bytes) {
        this.bytes = bytes;
        this.end = bytes.length;
    }

    /** An element of type {@code tag} around {@code parts}. */
    static byte[] element(int tag, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        ByteArrayOutputStream element = new ByteArrayOutputStream();
        element.write(tag);
        int length = content.size();
        if (length > 0x7f) {
            int octets = (32 - Integer.numberOfLeadingZeros(length) + 7) / 8;
            element.write(0x80 | octets);
            for (int i = octets - 1; i >= 0; i--) {
                element.write(length >>> (8 * i));
            }
        } else {
            element.write(length);
        }
        element.writeBytes(content.toByteArray());
        return element.toByteArray();
    }

    boolean hasNext() {
        return position < end;
    }

    /** The type of the next element. */
    int tag() {
        return hasNext() ? bytes[position] & 0xff : -1;
    }

    /**
     * The content of the next element, which is then behind us.
     *
     * @throws IllegalArgumentException if it is of another type or longer than what is there
     */
    byte[] read(int tag) {
        if (tag() != tag || position + 2 > end) {
            throw new IllegalArgumentException("another element than expected");
        }
        position++;
        int length = length();
        if (length < 0 || length > end - position) {
            throw new IllegalArgumentException("an element is cut off");
        }
        position += length;
        return Arrays.copyOfRange(bytes, position - length, position);
    }

    private int length() {
        int first = bytes[position++] & 0xff;
        if (first <= 0x7f) {
            return first;
        }
        int octets = first & 0x7f;
        if (octets == 0 || octets > 3 || octets > end - position) {
            return -1;
        }
        int length = 0;
        for (int i = 0; i < octets; i++) {
            length = (length << 8) | (bytes[position++] & 0xff);
        }
        return length;
    }
}
