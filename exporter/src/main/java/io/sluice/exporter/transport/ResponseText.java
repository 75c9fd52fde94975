package io.sluice.exporter.transport;

/** Words that came from a peer, made fit for a log line. */
public final class ResponseText {

    /** Enough for a sentence; a peer cannot fill our logs. */
    private static final int MAX_CHARS = 300;

    private ResponseText() {}

    /** Without control characters and cut to a length that a log can stand. */
    public static String clean(String text) {
        int length = Math.min(text.length(), MAX_CHARS);
        StringBuilder clean = new StringBuilder(length + 3);
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            clean.append(Character.isISOControl(c) ? ' ' : c);
        }
        if (text.length() > MAX_CHARS) {
            clean.append("...");
        }
        return clean.toString().strip();
    }

    /** The first bytes of something unknown: as text where they are text, else in hexadecimal. */
    static String describe(byte[] bytes, int length) {
        StringBuilder text = new StringBuilder("\"");
        StringBuilder hex = new StringBuilder();
        boolean printable = true;
        for (int i = 0; i < length; i++) {
            int b = bytes[i] & 0xff;
            printable &= b == '\r' || b == '\n' || (b >= ' ' && b < 0x7f);
            text.append(b < ' ' ? ' ' : (char) b);
            hex.append(i == 0 ? "" : " ").append(Character.forDigit(b >> 4, 16)).append(Character.forDigit(b & 15, 16));
        }
        return printable ? text.append('"').toString() : "bytes " + hex;
    }
}
