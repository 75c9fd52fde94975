package io.sluice.exporter.headers;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** {@link HeaderSource#file}. Reads the file each time: it is small, and that way no change is missed. Any thread. */
record HeaderFile(String setting, Path file) implements HeaderSource {

    private static final String ALLOWED = "a file of lines like name=value or name: value, at least one, with names and"
            + " values as HTTP allows them";

    /** Far more than servers take in all headers together. */
    private static final int MAX_BYTES = 64 << 10;

    /** RFC 9110, field-name. */
    private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    HeaderFile {
        requireNonNull(setting, "setting");
        requireNonNull(file, "file");
    }

    /** @throws IllegalArgumentException if it cannot be used now */
    HeaderFile checked() {
        try {
            headers();
            return this;
        } catch (HeadersException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    @Override
    public Map<String, String> headers() throws HeadersException {
        Map<String, String> headers = new LinkedHashMap<>();
        int number = 0;
        for (String line : text().split("\r?\n|\r", -1)) {
            number++;
            String header = line.strip();
            if (!header.isEmpty() && header.charAt(0) != '#') {
                add(headers, header, number);
            }
        }
        if (headers.isEmpty()) {
            // Not "no headers": what was there is gone, or is being written.
            throw refused("which holds no header");
        }
        return headers;
    }

    private String text() throws HeadersException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw refused("which is larger than " + MAX_BYTES + " bytes");
            }
            return new String(bytes, ISO_8859_1);
        } catch (IOException e) {
            throw refused("which cannot be read (" + e.getClass().getSimpleName() + ")");
        }
    }

    private void add(Map<String, String> headers, String line, int number) throws HeadersException {
        int end = 0;
        while (end < line.length() && line.charAt(end) != '=' && line.charAt(end) != ':') {
            end++;
        }
        String name = line.substring(0, end).strip();
        if (end == line.length() || !NAME.matcher(name).matches()) {
            throw refused("whose line " + number + " is no header");
        }
        String value = line.substring(end + 1).strip();
        if (value.chars().anyMatch(c -> (c < ' ' && c != '\t') || c == 0x7f)) {
            throw refused("whose line " + number + " has a value that HTTP does not allow");
        }
        headers.put(name, value);
    }

    private HeadersException refused(String what) {
        return new HeadersException(setting + " is " + file + ", " + what + "; allowed: " + ALLOWED);
    }

    @Override
    public String toString() {
        return "file " + file;
    }
}
