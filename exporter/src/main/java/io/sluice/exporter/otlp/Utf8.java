package io.sluice.exporter.otlp;

/**
 * UTF-8 without intermediate arrays. A surrogate without its partner becomes a question mark, as in {@link
 * String#getBytes(java.nio.charset.Charset)}, so that whatever an application put into an attribute is valid on the wire.
 */
final class Utf8 {

    private Utf8() {}

    /** Bytes that {@code text} takes. */
    static int length(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                return i + restLength(text, i);
            }
        }
        return text.length();
    }

    private static int restLength(String text, int from) {
        int bytes = 0;
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

    /** Writes {@code text}, whose {@link #length} is {@code bytes}. */
    @SuppressWarnings("deprecation") // the only copy of low bytes that needs no encoder; right exactly for ASCII
    static void write(String text, byte[] target, int offset, int bytes) {
        if (bytes == text.length() && isAscii(text)) {
            text.getBytes(0, bytes, target, offset);
        } else {
            writeEncoded(text, target, offset);
        }
    }

    /** Equal lengths alone do not say so: a lone surrogate is one char and becomes one byte. */
    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }

    private static void writeEncoded(String text, byte[] target, int offset) {
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
    }

    private static boolean isPair(String text, int index) {
        return Character.isHighSurrogate(text.charAt(index))
                && index + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(index + 1));
    }
}
