package io.sluice.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.exporter.Signal;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What the Collector's exporter {@code scripted} writes of each request, a line each, read while it is written. */
final class Ledger {

    private static final int TIME = 0;
    private static final int KEY = 1;
    private static final int SIGNAL = 2;
    private static final int BYTES = 3;
    private static final int ITEMS = 4;
    private static final int HEADERS = 5;

    private final Path file;

    /** Guarded by this: by the key of a scenario. */
    private final Map<String, List<Seen>> seen = new HashMap<>();

    /** Guarded by this: whole lines end here. */
    private long read;

    Ledger(Path file) throws IOException {
        this.file = Files.createFile(file);
    }

    synchronized List<Seen> of(String key) {
        try {
            readOn();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return List.copyOf(seen.getOrDefault(key, List.of()));
    }

    private void readOn() throws IOException {
        try (RandomAccessFile lines = new RandomAccessFile(file.toFile(), "r")) {
            byte[] bytes = new byte[(int) (lines.length() - read)];
            lines.seek(read);
            lines.readFully(bytes);
            String text = new String(bytes, UTF_8);
            int end = text.lastIndexOf('\n') + 1;
            read += text.substring(0, end).getBytes(UTF_8).length;
            text.substring(0, end).lines().forEach(this::add);
        }
    }

    private void add(String line) {
        List<String> fields = List.of(line.split("\t"));
        Signal signal = Signal.valueOf(fields.get(SIGNAL).toUpperCase(Locale.ROOT));
        Map<String, String> headers = new HashMap<>();
        for (String header : fields.subList(HEADERS, fields.size())) {
            int equals = header.indexOf('=');
            headers.put(header.substring(0, equals), header.substring(equals + 1));
        }
        long nanos = Long.parseLong(fields.get(TIME));
        Seen request = new Seen(
                Instant.ofEpochSecond(0, nanos),
                signal,
                // The only one that its receiver takes.
                "POST /v1/" + signal.key(),
                headers,
                List.of(fields.get(ITEMS).split(",")),
                Integer.parseInt(fields.get(BYTES)));
        seen.computeIfAbsent(fields.get(KEY), key -> new ArrayList<>()).add(request);
    }
}
