package io.sluice.agent.sidecar;

import static java.util.Objects.requireNonNull;

import io.sluice.batching.AccountSnapshot;
import io.sluice.exporter.PipelineStats;
import io.sluice.exporter.Signal;
import io.sluice.exporter.otlp.OtlpFigures.Figure;
import io.sluice.exporter.otlp.OtlpFigures.Kind;
import io.sluice.exporter.otlp.OtlpFigures.Point;
import io.sluice.exporter.transport.ServerEvent;
import io.sluice.runtime.HistogramSnapshot;
import io.sluice.runtime.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * What the sidecar counts, as metrics: by the Collector's names where the meaning is the same, by ours where it is not.
 * Reading them costs what travels nothing. Any thread.
 */
final class Figures {

    private static final double NANOS = 1e9;

    private static final double[] QUANTILES = {0.5, 0.99};

    private final Map<Signal, Lane> lanes;
    private final Custody custody;
    private final ReceiverCounts counts;
    private final int maxSenders;
    private final Clock clock;
    private final long startNanos;

    /** @param maxSenders that have figures of their own, those with the most items; the rest are summed up */
    Figures(Map<Signal, Lane> lanes, Custody custody, ReceiverCounts counts, int maxSenders, Clock clock) {
        this.lanes = lanes;
        this.custody = requireNonNull(custody, "custody");
        this.counts = requireNonNull(counts, "counts");
        this.maxSenders = maxSenders;
        this.clock = requireNonNull(clock, "clock");
        this.startNanos = clock.nanoTime();
    }

    /** All of them, always in the same order. */
    List<Figure> now() {
        List<Figure> figures = new ArrayList<>();
        asTheCollector(figures);
        process(figures);
        items(figures);
        receiver(figures);
        exports(figures);
        senders(figures);
        return figures;
    }

    // ---- by the Collector's names -----------------------------------------------------------------------------

    private void asTheCollector(List<Figure> figures) {
        for (Lane lane : lanes.values()) {
            AccountSnapshot account = lane.account();
            String items = itemsOf(lane.signal());
            Map<String, String> receiver = Map.of("receiver", "otlp");
            Map<String, String> exporter = Map.of("exporter", lane.exporter());
            counter(
                    figures,
                    "otelcol_receiver_accepted_" + items,
                    "{item}",
                    "Taken into custody.",
                    receiver,
                    account.accepted());
            counter(
                    figures,
                    "otelcol_receiver_refused_" + items,
                    "{item}",
                    "Read, and refused for want of room.",
                    receiver,
                    account.refusedItems());
            counter(
                    figures,
                    "otelcol_exporter_sent_" + items,
                    "{item}",
                    "Taken by the destination.",
                    exporter,
                    account.delivered());
            counter(
                    figures,
                    "otelcol_exporter_send_failed_" + items,
                    "{item}",
                    "Refused by the destination for good, or given up.",
                    exporter,
                    account.rejected() + account.droppedItems());
        }
        gauge(
                figures,
                "otelcol_exporter_queue_size",
                "By",
                "Bytes of requests in custody, of all signals; as a Collector with sizer bytes.",
                Map.of(),
                custody.heldBytes());
        gauge(figures, "otelcol_exporter_queue_capacity", "By", "The budget.", Map.of(), custody.maxBytes());
        perLane(
                figures,
                "otelcol_exporter_in_flight_requests",
                "{request}",
                Kind.GAUGE,
                "Exports at the destination.",
                stats -> stats.exports().permitsInUse());
    }

    private static String itemsOf(Signal signal) {
        return switch (signal) {
            case TRACES -> "spans";
            case METRICS -> "metric_points";
            case LOGS -> "log_records";
            case PROFILES -> "profile_samples";
        };
    }

    private void process(List<Figure> figures) {
        counter(
                figures,
                "otelcol_process_uptime",
                "s",
                "Since the start.",
                Map.of(),
                (clock.nanoTime() - startNanos) / NANOS);
        counter(
                figures,
                "otelcol_process_cpu_seconds",
                "s",
                "CPU time of all threads.",
                Map.of(),
                ProcessFigures.cpu().toNanos() / NANOS);
        ProcessFigures.residentBytes()
                .ifPresent(bytes ->
                        gauge(figures, "otelcol_process_memory_rss", "By", "Resident memory.", Map.of(), bytes));
        gauge(
                figures,
                "otelcol_process_runtime_heap_alloc_bytes",
                "By",
                "Heap in use, garbage included.",
                Map.of(),
                ProcessFigures.heapBytes());
    }

    // ---- ours -------------------------------------------------------------------------------------------------

    private void items(List<Figure> figures) {
        byReason(
                figures,
                "sluice_items_refused_total",
                "Refused after they were read, by reason.",
                AccountSnapshot::refused);
        byReason(figures, "sluice_items_dropped_total", "Given up here, by reason.", AccountSnapshot::dropped);
        perAccount(
                figures,
                "sluice_items_rejected_total",
                Kind.COUNTER,
                "Refused by the destination for good.",
                AccountSnapshot::rejected);
        perAccount(figures, "sluice_items_pending", Kind.GAUGE, "Accepted and not settled.", AccountSnapshot::pending);
    }

    private void receiver(List<Figure> figures) {
        figures.add(new Figure(
                "sluice_receiver_requests_refused_total",
                "{request}",
                "Refused before they were read, by reason.",
                Kind.COUNTER,
                List.of(
                        new Point(Map.of("reason", "custody_full"), counts.custodyRefusals()),
                        new Point(Map.of("reason", "draining"), counts.drainRefusals()),
                        new Point(Map.of("reason", "unauthenticated"), counts.unauthenticatedRequests()),
                        new Point(Map.of("reason", "throttled"), counts.throttledRequests()),
                        new Point(Map.of("reason", "malformed"), counts.malformedRequests()))));
        figures.add(new Figure(
                "sluice_receiver_events_total",
                "{event}",
                "What was done to connections, streams and requests, by kind.",
                Kind.COUNTER,
                Arrays.stream(ServerEvent.values())
                        .map(event -> new Point(Map.of("event", nameOf(event)), counts.events(event)))
                        .toList()));
        gauge(
                figures,
                "sluice_custody_peak_bytes",
                "By",
                "The most that was held at once.",
                Map.of(),
                custody.peakBytes());
        gauge(
                figures,
                "sluice_senders",
                "{sender}",
                "Senders that are told apart now.",
                Map.of(),
                custody.senders().size() - 1);
    }

    private static String nameOf(ServerEvent event) {
        return event.name().toLowerCase(Locale.ROOT);
    }

    private void exports(List<Figure> figures) {
        figures.add(new Figure(
                "sluice_destination_up",
                "1",
                "Whether the destination answers.",
                Kind.GAUGE,
                points(lane -> lane.destinationAnswers() ? 1 : 0)));
        perLane(
                figures,
                "sluice_attempts_total",
                "{attempt}",
                Kind.COUNTER,
                "Requests to the destination.",
                stats -> stats.attempts().count());
        List<Point> failed = new ArrayList<>();
        for (Lane lane : lanes.values()) {
            lane.stats()
                    .attempts()
                    .failed()
                    .forEach((kind, times) ->
                            failed.add(new Point(labels("signal", lane.name(), "error_type", kind), times)));
        }
        figures.add(new Figure(
                "sluice_attempts_failed_total",
                "{attempt}",
                "Requests to the destination that did not end with every item taken.",
                Kind.COUNTER,
                failed));
        perLane(
                figures,
                "sluice_backoff_seconds_total",
                "s",
                Kind.COUNTER,
                "Waits between attempts.",
                stats -> stats.attempts().backoffNanos() / NANOS);
        quantiles(
                figures,
                "sluice_attempt_duration_seconds",
                "One request to the destination.",
                stats -> stats.attempts().nanos());
        quantiles(
                figures,
                "sluice_export_duration_seconds",
                "One batch, waits between attempts included.",
                stats -> stats.exports().nanos());
        perLane(
                figures,
                "sluice_retry_room_bytes",
                "By",
                Kind.GAUGE,
                "Waiting for another attempt without a permit.",
                stats -> stats.bytes().inRetryRoom());
        perLane(
                figures,
                "sluice_exporter_sent_bytes_total",
                "By",
                Kind.COUNTER,
                "Written to connections, protocol included.",
                stats -> stats.bytes().sent());
        perLane(
                figures,
                "sluice_exporter_connections",
                "{connection}",
                Kind.GAUGE,
                "Open to the destination.",
                stats -> stats.bytes().connections());
    }

    /** A bounded number of them: those with the most items by name, the others as one. */
    private void senders(List<Figure> figures) {
        List<Sender> all = new ArrayList<>(custody.senders());
        Sender others = all.remove(all.size() - 1);
        all.sort(Comparator.comparingLong(Sender::deliveredItems).reversed());
        Sender rest = new Sender(Custody.OTHERS);
        rest.inherit(others);
        long restBytes = custody.heldBytes(others);
        for (Sender sender : all.subList(Math.min(all.size(), maxSenders), all.size())) {
            rest.inherit(sender);
            restBytes += custody.heldBytes(sender);
        }
        List<Sender> shown = new ArrayList<>(all.subList(0, Math.min(all.size(), maxSenders)));
        List<Point> held = new ArrayList<>();
        shown.forEach(sender -> held.add(new Point(Map.of("sender", sender.name()), custody.heldBytes(sender))));
        held.add(new Point(Map.of("sender", rest.name()), restBytes));
        shown.add(rest);
        List<Point> settled = new ArrayList<>();
        List<Point> refused = new ArrayList<>();
        for (Sender sender : shown) {
            settled.add(outcome(sender, "delivered", sender.deliveredItems()));
            settled.add(outcome(sender, "rejected", sender.rejectedItems()));
            sender.droppedItems().forEach((reason, items) -> settled.add(outcome(sender, reason, items)));
            refused.add(new Point(Map.of("sender", sender.name()), sender.refusedRequests()));
        }
        figures.add(new Figure(
                "sluice_sender_items_total",
                "{item}",
                "Settled, by sender and by outcome: delivered, rejected, or why it was dropped.",
                Kind.COUNTER,
                settled));
        figures.add(new Figure(
                "sluice_sender_requests_refused_total",
                "{request}",
                "Refused for want of room, by sender.",
                Kind.COUNTER,
                refused));
        figures.add(new Figure("sluice_sender_custody_bytes", "By", "Held, by sender.", Kind.GAUGE, held));
    }

    private static Point outcome(Sender sender, String outcome, long items) {
        return new Point(labels("sender", sender.name(), "outcome", outcome), items);
    }

    // ---- making them ------------------------------------------------------------------------------------------

    private static Map<String, String> labels(String key, String value, String otherKey, String otherValue) {
        Map<String, String> labels = new LinkedHashMap<>();
        labels.put(key, value);
        labels.put(otherKey, otherValue);
        return labels;
    }

    private static void counter(
            List<Figure> figures, String name, String unit, String about, Map<String, String> labels, Number value) {
        figures.add(new Figure(name, unit, about, Kind.COUNTER, List.of(new Point(labels, value.doubleValue()))));
    }

    private static void gauge(
            List<Figure> figures, String name, String unit, String about, Map<String, String> labels, Number value) {
        figures.add(new Figure(name, unit, about, Kind.GAUGE, List.of(new Point(labels, value.doubleValue()))));
    }

    private List<Point> points(ToDoubleFunction<Lane> value) {
        return lanes.values().stream()
                .map(lane -> new Point(Map.of("signal", lane.name()), value.applyAsDouble(lane)))
                .toList();
    }

    private void perLane(
            List<Figure> figures,
            String name,
            String unit,
            Kind kind,
            String about,
            ToDoubleFunction<PipelineStats> value) {
        figures.add(new Figure(name, unit, about, kind, points(lane -> value.applyAsDouble(lane.stats()))));
    }

    private void perAccount(
            List<Figure> figures, String name, Kind kind, String about, ToDoubleFunction<AccountSnapshot> value) {
        figures.add(new Figure(name, "{item}", about, kind, points(lane -> value.applyAsDouble(lane.account()))));
    }

    private void byReason(
            List<Figure> figures, String name, String about, Function<AccountSnapshot, Map<String, Long>> items) {
        List<Point> points = new ArrayList<>();
        for (Lane lane : lanes.values()) {
            items.apply(lane.account())
                    .forEach((reason, number) ->
                            points.add(new Point(labels("signal", lane.name(), "reason", reason), number)));
        }
        figures.add(new Figure(name, "{item}", about, Kind.COUNTER, points));
    }

    private void quantiles(
            List<Figure> figures, String name, String about, Function<PipelineStats, HistogramSnapshot> durations) {
        List<Point> points = lanes.values().stream()
                .flatMap(lane -> {
                    HistogramSnapshot nanos = durations.apply(lane.stats());
                    return Stream.of(0, 1)
                            .map(i -> new Point(
                                    labels("signal", lane.name(), "quantile", Double.toString(QUANTILES[i])),
                                    nanos.quantileNanos(QUANTILES[i]) / NANOS));
                })
                .toList();
        figures.add(new Figure(name, "s", about + " Since the start, to a quarter.", Kind.GAUGE, points));
    }
}
