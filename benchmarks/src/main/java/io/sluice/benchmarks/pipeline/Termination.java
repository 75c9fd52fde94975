package io.sluice.benchmarks.pipeline;

import io.sluice.exporter.Signal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;

/**
 * p7: SIGTERM for an application whose queue is full while the sink is slow.
 *
 * <p>Each application makes as many spans as its queue holds, less one in a hundred, and is told to end at once.
 */
final class Termination {

    /** @param queue what both sides' queues hold */
    record Case(long delayMillis, int queue) {
        String title() {
            return String.format(Locale.ROOT, "%.1f s a request, queue %,d", delayMillis / 1000.0, queue);
        }
    }

    /** What was lost of what, and how long the process took to end. */
    record Result(Case what, Pipeline pipeline, long made, long lost, double seconds) {}

    /** So much that connections are open. */
    private static final double WARM_SECONDS = 1;

    static final List<Case> CASES =
            List.of(new Case(500, 2_048), new Case(3_000, 2_048), new Case(5_000, 2_048), new Case(500, 65_536));

    private final SinkProcess sink;

    private Termination(SinkProcess sink) {
        this.sink = sink;
    }

    /** All cases, at once: nearly all of the time everybody waits for the sink. */
    static List<Result> run(SinkProcess sink, List<Pipeline> pipelines) throws IOException {
        Termination termination = new Termination(sink);
        List<CompletableFuture<Result>> results = new ArrayList<>();
        List<Contestant> contestants = new ArrayList<>();
        try {
            for (Case each : CASES) {
                for (Pipeline pipeline : pipelines) {
                    contestants.add(new Contestant(sink, Signal.TRACES, pipeline.withQueue(each.queue)));
                }
            }
            for (Contestant each : contestants) {
                each.beginWarming(WARM_SECONDS);
            }
            for (Contestant each : contestants) {
                each.endWarming();
            }
            for (int i = 0; i < contestants.size(); i++) {
                results.add(termination.terminate(CASES.get(i / pipelines.size()), contestants.get(i)));
            }
            return results.stream().map(CompletableFuture::join).toList();
        } finally {
            contestants.forEach(Contestant::close);
        }
    }

    private CompletableFuture<Result> terminate(Case what, Contestant contestant) throws IOException {
        long before = contestant.fill(0);
        sink.reset(contestant.port(), before + 1);
        sink.delay(contestant.port(), what.delayMillis);
        long made = contestant.fill(what.queue - what.queue / 100) - before;
        long start = System.nanoTime();
        return contestant
                .terminate()
                .thenApply(ended -> result(what, contestant, made, (System.nanoTime() - start) / 1e9));
    }

    private Result result(Case what, Contestant contestant, long made, double seconds) {
        try {
            long arrived = sink.count(contestant.port()).get("distinct");
            return new Result(what, contestant.pipeline(), made, made - arrived, seconds);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
