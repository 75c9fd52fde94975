package io.sluice.benchmarks.pipeline;

import io.sluice.benchmarks.MachineLoad;
import io.sluice.exporter.Signal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The sink and all pipelines that have taken part so far, each in a process of its own that is warm when it first runs. */
final class Arena implements AutoCloseable {

    private static final long OUTAGE_AFTER_SECONDS = 2;

    /** How much of the machine is idle when no compiler runs any more; metrics are collected even then. */
    private static final double IDLE = 0.8;

    private static final int LOOK_MILLIS = 200;
    private static final int MAX_LOOKS = 15;

    private record Key(Signal signal, Pipeline pipeline) {}

    private final SinkProcess sink = new SinkProcess();
    private final double warmSeconds;
    private final Map<Key, Contestant> contestants = new HashMap<>();

    /** @param warmSeconds of a processor, for each pipeline before its first run */
    Arena(double warmSeconds) throws IOException {
        this.warmSeconds = warmSeconds;
    }

    SinkProcess sink() {
        return sink;
    }

    /** One round of {@code workload}: what came of each of its pipelines, in their order. */
    List<Outcome> round(Workload workload) throws IOException, InterruptedException {
        List<Contestant> field = field(workload);
        List<Outcome> outcomes = new ArrayList<>();
        if (workload.together()) {
            for (Contestant each : field) {
                begin(each, workload);
            }
            outage(field, workload.downSeconds());
            for (Contestant each : field) {
                outcomes.add(end(each));
            }
        } else {
            for (Contestant each : field) {
                begin(each, workload);
                outcomes.add(end(each));
            }
        }
        return outcomes;
    }

    /** Ends the processes of one signal: those that are never idle. */
    void dismiss(Signal signal) {
        contestants.forEach((key, contestant) -> {
            if (key.signal == signal) {
                contestant.close();
            }
        });
        contestants.keySet().removeIf(key -> key.signal == signal);
    }

    private List<Contestant> field(Workload workload) throws IOException, InterruptedException {
        List<Contestant> field = new ArrayList<>();
        List<Contestant> cold = new ArrayList<>();
        for (Pipeline pipeline : workload.pipelines()) {
            Key key = new Key(workload.signal(), pipeline);
            Contestant contestant = contestants.get(key);
            if (contestant == null) {
                contestant = new Contestant(sink, workload.signal(), pipeline);
                contestants.put(key, contestant);
                cold.add(contestant);
            }
            field.add(contestant);
        }
        warm(cold);
        return field;
    }

    /** All at once, and for the longer the more they are; then their compilers may catch up. */
    private void warm(List<Contestant> cold) throws IOException, InterruptedException {
        double each = (double) cold.size() / Runtime.getRuntime().availableProcessors();
        for (Contestant contestant : cold) {
            contestant.beginWarming(warmSeconds * Math.max(1, each));
        }
        for (Contestant contestant : cold) {
            contestant.endWarming();
        }
        if (!cold.isEmpty()) {
            awaitIdleMachine();
        }
    }

    private static void awaitIdleMachine() throws InterruptedException {
        for (int looks = 0; looks < MAX_LOOKS; looks++) {
            MachineLoad before = MachineLoad.now();
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            if (MachineLoad.now().idleShareSince(before) > IDLE) {
                return;
            }
        }
    }

    private void begin(Contestant contestant, Workload workload) throws IOException {
        sink.delay(contestant.port(), workload.delayMillis());
        contestant.begin(workload.threads(), workload.perSecond(), workload.seconds());
    }

    private Outcome end(Contestant contestant) throws IOException {
        Outcome outcome = contestant.end();
        sink.delay(contestant.port(), 0);
        return outcome;
    }

    private void outage(List<Contestant> field, long seconds) throws IOException, InterruptedException {
        if (seconds > 0) {
            TimeUnit.SECONDS.sleep(OUTAGE_AFTER_SECONDS);
            for (Contestant each : field) {
                sink.down(each.port());
            }
            TimeUnit.SECONDS.sleep(seconds);
            for (Contestant each : field) {
                sink.up(each.port());
            }
        }
    }

    @Override
    public void close() {
        contestants.values().forEach(Contestant::close);
        sink.close();
    }
}
