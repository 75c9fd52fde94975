package io.sluice.exporter.otlp;

/**
 * UTF-8 without intermediate arrays. A surrogate without its partner becomes a question mark, as in {@link
 * String#getBytes(java.nio.charset.Charset)}, so that whatever an application put into an attribute is valid on the wire.
 */
final class Utf8 {

    private Utf8() {}

    /**
     * The length of {@code text} as {@link #write} wants it: its bytes, or, if all of it is ASCII, their complement, so
     * that the second pass need not look again. An equal number of bytes would not tell: a lone surrogate is one char
     * and becomes one byte.
     */
    static int length(String text) {
        int length = text.length();
        for (int i = 0; i < length; i++) {
            if (text.charAt(i) >= 0x80) {
                return encodedLength(text, i);
            }
        }
        return ~length;
    }

    /** The bytes in a {@link #length}. */
    static int bytes(int length) {
        return length < 0 ? ~length : length;
    }

    private static int encodedLength(String text, int from) {
        int bytes = from;
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                bytes++;
            } else if (c < 0x800) {
                bytes += 2;
            } else if (!Character.isSurrogate(c)) {
                bytes += 3;
            } else if (isPair(text, i)) {
                bytes += 4;
                i++;
            } else {
                bytes++;
            }
        }
        return bytes;
    }

    /** Writes {@code text}, whose {@link #length} is {@code length}, and returns the position behind it. */
    @SuppressWarnings("deprecation") // the only copy of low bytes that needs no encoder; right exactly for ASCII
    static int write(String text, int length, byte[] target, int offset) {
        if (length < 0) {
            text.getBytes(0, text.length(), target, offset);
            return offset + text.length();
        }
        return writeEncoded(text, target, offset);
    }

    private static int writeEncoded(String text, byte[] target, int offset) {
        int position = offset;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                target[position++] = (byte) c;
            } else if (c < 0x800) {
                target[position++] = (byte) (0xc0 | (c >> 6));
                target[position++] = (byte) (0x80 | (c & 0x3f));
            } else if (!Character.isSurrogate(c)) {
                target[position++] = (byte) (0xe0 | (c >> 12));
                target[position++] = (byte) (0x80 | ((c >> 6) & 0x3f));
                target[position++] = (byte) (0x80 | (c & 0x3f));
            } else if (isPair(text, i)) {
                int point = Character.toCodePoint(c, text.charAt(++i));
                target[position++] = (byte) (0xf0 | (point >> 18));
                target[position++] = (byte) (0x80 | ((point >> 12) & 0x3f));
                target[position++] = (byte) (0x80 | ((point >> 6) & 0x3f));
                target[position++] = (byte) (0x80 | (point & 0x3f));
            } else {
                target[position++] = '?';
            }
        }
        return position;
    }

    private static boolean isPair(String text, int index) {
        return Character.isHighSurrogate(text.charAt(index))
                && index + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(index + 1));
    }
}
