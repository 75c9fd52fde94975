package io.sluice.agent.sidecar;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.exporter.DiagnosticLog;
import io.sluice.runtime.Handle;
import io.sluice.runtime.time.Clock;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The tokens that let a sender in, one a line of a file; empty lines and those that begin with {@code #} are none. The
 * file is read again while requests come, at most every few seconds, on a thread that may wait; if it cannot be read or
 * holds no token, the ones before stay valid and the log says so. Only digests are kept. Any thread.
 */
final class Tokens {

    private static final long REREAD_NANOS = Duration.ofSeconds(2).toNanos();

    /** Of a digest, as much as tells the tokens of one file apart. */
    private static final int NAME_BYTES = 4;

    private final Path file;
    private final DiagnosticLog log;
    private final Handle handle;
    private final Clock clock;

    private final AtomicBoolean reading = new AtomicBoolean();

    /** Any thread reads them; whoever has set {@link #reading} writes them. */
    private volatile List<byte[]> digests;

    private volatile long readNanos;
    private volatile boolean failing;

    private Tokens(Path file, List<byte[]> digests, DiagnosticLog log, Handle handle) {
        this.file = file;
        this.digests = digests;
        this.log = log;
        this.handle = handle;
        this.clock = handle.timeDriver().clock();
        this.readNanos = clock.nanoTime();
    }

    /** @throws IllegalArgumentException naming the file, if it cannot be read or holds no token */
    static Tokens load(Path file, DiagnosticLog log, Handle handle) {
        return new Tokens(file, read(file), log, handle);
    }

    /** @throws IllegalArgumentException naming the file, if it cannot be read or holds no token */
    static List<byte[]> read(Path file) {
        List<byte[]> read;
        try {
            read = Files.readAllLines(file).stream()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .map(Tokens::digest)
                    .toList();
        } catch (MalformedInputException e) {
            throw new IllegalArgumentException("sluice.sidecar.auth.file: " + file + " is not UTF-8", e);
        } catch (IOException e) {
            throw new IllegalArgumentException("sluice.sidecar.auth.file: " + file + " cannot be read", e);
        }
        if (read.isEmpty()) {
            throw new IllegalArgumentException("sluice.sidecar.auth.file: " + file + " holds no token");
        }
        return read;
    }

    private static byte[] digest(String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** A name for whoever shows a token, which tells nobody what it is: the first digits of its SHA-256. */
    static String nameOf(String token) {
        return "token-" + HexFormat.of().formatHex(digest(token), 0, NAME_BYTES);
    }

    /** Whether the token is one of the file's; takes as long whichever it is, and however much of it is right. */
    boolean allow(String token) {
        readAgain();
        byte[] digest = digest(token);
        boolean found = false;
        for (byte[] each : digests) {
            found |= MessageDigest.isEqual(each, digest);
        }
        return found;
    }

    private void readAgain() {
        if (clock.nanoTime() - readNanos >= REREAD_NANOS && reading.compareAndSet(false, true)) {
            handle.spawnBlocking(() -> {
                        reread();
                        return null;
                    })
                    .detach();
        }
    }

    private void reread() {
        try {
            digests = read(file);
            failing = false;
        } catch (IllegalArgumentException e) {
            if (!failing) {
                failing = true;
                log.log(Level.WARNING, e.getMessage() + "; the tokens that it held before stay valid", e);
            }
        } finally {
            readNanos = clock.nanoTime();
            reading.set(false);
        }
    }
}
