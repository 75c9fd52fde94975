package io.sluice.exporter.testing;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * Throws changed inputs at a target until the time is over: the target passes by returning.
 *
 * <p>Inputs begin with a corpus, the files of a directory among the test resources; from it and from what {@code more}
 * makes they are changed at random. The same targets run under a coverage-guided fuzzer, see {@code .ci/steps}; this is
 * what runs with every build, without it. A failure names the seed and the input in hexadecimal. {@code
 * sluice.fuzz.seconds} sets the time for each target, {@code sluice.fuzz.seed} another seed.
 */
public final class Fuzzing {

    /** What is tried with one input; throws if something is wrong. */
    @FunctionalInterface
    public interface Target {
        void accept(byte[] input) throws Exception;
    }

    /** Makes another input from one; the array given is not changed. */
    @FunctionalInterface
    public interface Mutation {
        byte[] apply(byte[] input, Random random);
    }

    /** A target that needs longer than this for one input is caught in a loop. */
    private static final Duration HANGS = Duration.ofSeconds(30);

    private static final int MAX_BYTES = 1 << 16;

    private final List<byte[]> corpus;
    private final Mutation mutation;
    private final long seed = Long.getLong("sluice.fuzz.seed", 1);
    private final double seconds = Double.parseDouble(System.getProperty("sluice.fuzz.seconds", "1"));

    /** The input in the target's hands; the fuzzing thread writes it. */
    private volatile byte[] current = {};

    private volatile long rounds;

    /**
     * @param corpus a directory of the test resources below {@code /fuzz}
     * @param more inputs beside those of the corpus
     */
    public Fuzzing(String corpus, List<byte[]> more, Mutation mutation) {
        this.corpus = new ArrayList<>(corpus(corpus));
        this.corpus.addAll(more);
        this.mutation = mutation;
    }

    /** The files of a corpus. */
    public static List<byte[]> corpus(String directory) {
        URL url = requireNonNull(Fuzzing.class.getResource("/fuzz/" + directory), directory);
        try (Stream<Path> files = Files.list(Path.of(url.toURI()))) {
            return files.sorted().map(Fuzzing::read).toList();
        } catch (IOException | URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] read(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs the target with the corpus as it stands and then with changed inputs until the time is over. */
    public void run(Target target) throws Exception {
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            Future<?> running = thread.submit(() -> {
                rounds(target);
                return null;
            });
            long seen = -1;
            while (!ended(running)) {
                if (seen == rounds) {
                    throw failure("is in the target for more than " + HANGS, null);
                }
                seen = rounds;
            }
        } finally {
            thread.shutdownNow();
        }
    }

    private boolean ended(Future<?> running) throws InterruptedException {
        try {
            running.get(HANGS.toSeconds(), TimeUnit.SECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw failure("failed", e.getCause());
        }
    }

    private void rounds(Target target) throws Exception {
        for (byte[] input : corpus) {
            round(target, input);
        }
        Random random = new Random(seed);
        long end = System.nanoTime() + (long) (seconds * 1e9);
        while (System.nanoTime() - end < 0 && !Thread.currentThread().isInterrupted()) {
            byte[] input = corpus.get(random.nextInt(corpus.size()));
            for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
                input = mutation.apply(input, random);
            }
            if (input.length <= MAX_BYTES) {
                round(target, input);
            }
        }
    }

    private void round(Target target, byte[] input) throws Exception {
        current = input;
        rounds++;
        target.accept(input);
    }

    private AssertionError failure(String what, Throwable cause) {
        return new AssertionError(
                "input " + rounds + " of -Dsluice.fuzz.seed=" + seed + " " + what + ": "
                        + HexFormat.of().formatHex(current),
                cause);
    }
}
