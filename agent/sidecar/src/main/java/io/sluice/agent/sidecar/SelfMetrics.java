package io.sluice.agent.sidecar;

import static java.util.Objects.requireNonNull;

import io.sluice.exporter.Signal;
import io.sluice.exporter.otlp.OtlpFigures;
import io.sluice.exporter.otlp.OtlpFigures.Figure;
import io.sluice.exporter.otlp.OtlpRequest;
import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;
import io.sluice.runtime.time.Sleep;
import io.sluice.runtime.time.TimeDriver;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The task that sends the sidecar's own figures to its destination, among the metrics of its senders and as one of them:
 * within the same budget, and counted the same way. What finds no room is left out; the next ones tell it all again.
 */
final class SelfMetrics implements Future<Void> {

    static final String SENDER = "sluice-sidecar";

    private final Figures figures;
    private final Lane metrics;
    private final Custody custody;
    private final Duration interval;
    private final Sleep sleep;
    private final long startEpochNanos = epochNanos();

    SelfMetrics(Figures figures, Lane metrics, Custody custody, Duration interval, TimeDriver timers) {
        this.figures = requireNonNull(figures, "figures");
        this.metrics = requireNonNull(metrics, "metrics");
        this.custody = requireNonNull(custody, "custody");
        this.interval = requireNonNull(interval, "interval");
        this.sleep = timers.sleep(interval);
    }

    @Override
    public Poll<Void> poll(Context cx) {
        while (sleep.pollElapsed(cx)) {
            send();
            sleep.resetAfter(interval.toNanos());
        }
        return Poll.pending();
    }

    private void send() {
        List<Figure> now = figures.now();
        byte[] body = OtlpFigures.request(now, SENDER, startEpochNanos, epochNanos());
        Custody.Share share = custody.tryReserve(SENDER, body.length);
        if (share == null) {
            return;
        }
        OtlpRequest request = new OtlpRequest(Signal.METRICS, body, OtlpFigures.items(now));
        if (!metrics.offer(request, share, answer -> {}).isAccepted()) {
            share.release();
        }
    }

    private static long epochNanos() {
        Instant now = Instant.now();
        return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
    }

    @Override
    public void cancel() {
        sleep.cancel();
    }
}
