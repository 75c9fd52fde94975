package io.sluice.exporter.tls;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The blocks of a PEM file (RFC 7468): text around them, such as what {@code openssl x509 -text} writes, is ignored. */
final class Pem {

    private static final Pattern BEGIN = Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----");

    private Pem() {}

    /** One block: what its first line calls it, and what is inside. */
    @SuppressWarnings("ArrayRecordComponent") // not compared
    record Block(String label, byte[] der, boolean encrypted) {

        /** Without the content, which may be a key. */
        @Override
        public String toString() {
            return label;
        }
    }

    /**
     * @param allowed what the file may hold, for the error
     * @throws IllegalArgumentException if a block is cut off or is not base64
     */
    static List<Block> blocks(byte[] content, PemFile file, String allowed) {
        String text = new String(content, ISO_8859_1);
        List<Block> blocks = new ArrayList<>();
        Matcher begin = BEGIN.matcher(text);
        int from = 0;
        while (begin.find(from)) {
            String label = begin.group(1);
            String last = "-----END " + label + "-----";
            int end = text.indexOf(last, begin.end());
            if (end < 0) {
                throw file.refused("where the block \"" + label + "\" has no end", allowed);
            }
            blocks.add(block(label, text.substring(begin.end(), end), file, allowed));
            from = end + last.length();
        }
        return blocks;
    }

    private static Block block(String label, String body, PemFile file, String allowed) {
        // The old form of encryption says so in lines of its own before the base64 (RFC 1421).
        if (label.startsWith("ENCRYPTED") || body.contains("Proc-Type:")) {
            return new Block(label, new byte[0], true);
        }
        String base64 = body.replaceAll("\\s", "");
        try {
            return new Block(label, Base64.getDecoder().decode(base64), false);
        } catch (IllegalArgumentException e) {
            // Without the cause, which quotes what it stumbled over.
            throw file.refused("where the block \"" + label + "\" is not base64", allowed);
        }
    }
}
