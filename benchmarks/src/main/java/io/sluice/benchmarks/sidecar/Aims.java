package io.sluice.benchmarks.sidecar;

import io.sluice.benchmarks.Aim;
import io.sluice.benchmarks.Aim.Found;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** Holds the figures against what was set out to be reached. What was not measured has no aim. */
final class Aims {

    private static final int MANY_SPANS = 100;
    private static final double RATE_TIMES_COLLECTOR = 5;
    private static final double CPU_TIMES_COLLECTOR = 0.5;
    private static final double HTTP_START_MILLIS = 500;
    private static final double GRPC_START_MILLIS = 1000;

    private final Results results;

    Aims(Results results) {
        this.results = results;
    }

    List<Aim> all() {
        return Stream.of(
                        Aim.worst(
                                "spans/s per core >= 5 times the Collector's, 100 and 512 spans a request",
                                rates(true)),
                        Aim.worst("spans/s per core not behind the Collector's in any row", rates(false)),
                        Aim.worst(
                                "CPU at 10k spans/s <= 0.5 of the Collector's",
                                paced(Outcome::cpuPercent, CPU_TIMES_COLLECTOR)),
                        Aim.worst(
                                "p99 until a reply at 10k spans/s <= the Collector's",
                                paced(Outcome::replyP99Nanos, 1)),
                        Aim.worst(
                                "p99 until delivery at 10k spans/s <= the Collector's", paced(Outcome::wayP99Nanos, 1)),
                        Aim.worst(
                                "resident memory at 10k spans/s <= the Collector's",
                                paced(Outcome::residentAverage, 1)),
                        Aim.worst("resident memory at twice what the far end takes <= the Collector's", overload()),
                        Aim.worst("first request accepted within 500 ms over HTTP, 1 s over gRPC", starts()),
                        Aim.worst("nothing that was accepted is lost", losses()))
                .flatMap(List::stream)
                .toList();
    }

    private List<Found> rates(boolean manySpans) {
        List<Found> found = new ArrayList<>();
        for (Row row : results.rows(Row.Kind.SATURATION)) {
            for (Contestant other : others(row)) {
                double times = results.ratio(row, other, Outcome::spansPerCore);
                if (!manySpans) {
                    found.add(found(row, other, times, 1 / times));
                } else if (row.spans() >= MANY_SPANS) {
                    found.add(found(row, other, times, RATE_TIMES_COLLECTOR / times));
                }
            }
        }
        return found;
    }

    private List<Found> paced(ToDoubleFunction<Outcome> figure, double allowed) {
        return compared(Row.Kind.PACED, figure, allowed);
    }

    private List<Found> overload() {
        return compared(Row.Kind.OVERLOAD, Outcome::residentMost, 1);
    }

    private List<Found> compared(Row.Kind kind, ToDoubleFunction<Outcome> figure, double allowed) {
        List<Found> found = new ArrayList<>();
        for (Row row : results.rows(kind)) {
            for (Contestant other : others(row)) {
                double times = results.ratio(row, other, figure);
                found.add(found(row, other, times, times / allowed));
            }
        }
        return found;
    }

    private List<Found> starts() {
        List<Found> found = new ArrayList<>();
        for (Row row : results.rows(Row.Kind.START)) {
            double millis = results.median(row, Contestant.SLUICE, Outcome::startMillis);
            if (!Double.isNaN(millis)) {
                double allowed = row.way().protocol() == Way.Protocol.HTTP ? HTTP_START_MILLIS : GRPC_START_MILLIS;
                found.add(new Found(
                        String.format(Locale.ROOT, "%s: %.0f ms", row.way().label(), millis), millis / allowed));
            }
        }
        return found;
    }

    private List<Found> losses() {
        List<Found> found = new ArrayList<>();
        for (Row.Kind kind : List.of(Row.Kind.SATURATION, Row.Kind.PACED, Row.Kind.OVERLOAD)) {
            for (Row row : results.rows(kind)) {
                double lost = results.most(row, Contestant.SLUICE, Outcome::lost);
                if (!Double.isNaN(lost)) {
                    found.add(new Found(
                            String.format(Locale.ROOT, "%s: %,.0f", row, lost),
                            lost > 0 ? Double.POSITIVE_INFINITY : 0));
                }
            }
        }
        return found;
    }

    private List<Contestant> others(Row row) {
        return results.contestants(row).contains(Contestant.SLUICE)
                ? results.contestants(row).stream()
                        .filter(each -> !each.isOurs())
                        .toList()
                : List.of();
    }

    private static Found found(Row row, Contestant other, double times, double timesAim) {
        return new Found(String.format(Locale.ROOT, "%s: %.2f of %s's", row, times, other.label()), timesAim);
    }
}
