package io.sluice.examples.demo;

import io.sluice.examples.collector.Report;
import io.sluice.examples.collector.SpanRecord;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Whether all that went in came out, seen from outside: requests against spans at the far end, and each hop's account
 * against the next one's.
 *
 * @param failures what does not balance; empty if all does
 */
record Balance(List<String> failures) {

    private static final int NAMED_AT_MOST = 5;

    boolean isBalanced() {
        return failures.isEmpty();
    }

    static Balance of(Evidence evidence) {
        List<String> failures = new ArrayList<>();
        addUnanswered(evidence, failures);
        evidence.hops().forEach(hop -> addWithin(hop, failures));
        for (Signal signal : Signal.values()) {
            addBetween(evidence, signal, failures);
        }
        addFarEnd(evidence, failures);
        return new Balance(List.copyOf(failures));
    }

    private static void addUnanswered(Evidence evidence, List<String> failures) {
        List<Driven> unanswered = evidence.driven().stream()
                .filter(request -> !request.isAnswered())
                .toList();
        if (!unanswered.isEmpty()) {
            failures.add(items(unanswered.size(), "request") + " not answered as expected: "
                    + named(unanswered.stream()
                            .map(request -> "#" + request.number() + " " + request.kind() + " got " + request.status())
                            .toList()));
        }
    }

    private static void addWithin(Evidence.Hop hop, List<String> failures) {
        Map<String, AccountLine> bySignal = new LinkedHashMap<>();
        for (AccountLine line : hop.lines()) {
            String name = hop.name() + ", " + line.signal() + ": ";
            if (bySignal.put(line.signal(), line) != null) {
                failures.add(name + "two accounts");
            }
            if (line.offered() != line.accepted() + line.refusedItems()) {
                failures.add(name + "offered " + count(line.offered()) + " is not accepted " + count(line.accepted())
                        + " + refused " + count(line.refusedItems()));
            }
            if (line.accepted() != line.delivered() + line.rejected() + line.droppedItems() + line.pending()) {
                failures.add(name + "accepted " + count(line.accepted()) + " is not delivered "
                        + count(line.delivered()) + " + rejected " + count(line.rejected()) + " + dropped "
                        + count(line.droppedItems()) + " + pending " + count(line.pending()));
            }
            addLoss(name + "refused ", line.refusedItems(), line.refused(), failures);
            addLoss(name + "rejected by the next ", line.rejected(), Map.of(), failures);
            addLoss(name + "dropped ", line.droppedItems(), line.dropped(), failures);
            addLoss(name + "neither delivered nor counted as lost ", line.pending(), Map.of(), failures);
        }
        for (Signal signal : List.of(Signal.TRACES, Signal.METRICS)) {
            if (!bySignal.containsKey(signal.key())) {
                failures.add(hop.name() + " wrote no account of " + signal.key());
            }
        }
    }

    private static void addLoss(String what, long lost, Map<String, Long> reasons, List<String> failures) {
        if (lost != 0) {
            failures.add(what
                    + count(lost)
                    + (reasons.isEmpty()
                            ? ""
                            : reasons.entrySet().stream()
                                    .map(reason -> reason.getKey() + " " + count(reason.getValue()))
                                    .collect(Collectors.joining(", ", " (", ")"))));
        }
    }

    private static void addBetween(Evidence evidence, Signal signal, List<String> failures) {
        String sender = "";
        long sent = 0;
        for (Evidence.Hop hop : evidence.hops()) {
            for (AccountLine line : hop.lines()) {
                if (line.signal().equals(signal.key())) {
                    addDifference(sender, sent, hop.name() + " was offered", line.offered(), signal, failures);
                    sender = hop.name();
                    sent = line.delivered();
                }
            }
        }
        addDifference(sender, sent, "collector kept", signal.keptBy(evidence.collector()), signal, failures);
    }

    private static void addDifference(
            String sender, long sent, String receives, long received, Signal signal, List<String> failures) {
        if (!sender.isEmpty() && sent != received) {
            failures.add((received < sent ? "lost" : "too many") + " between " + sender + " and "
                    + receives.split(" ", 2)[0] + ": " + items(Math.abs(sent - received), signal.item()) + " ("
                    + sender + " delivered " + count(sent) + ", " + receives + " " + count(received) + ")");
        }
    }

    private static void addFarEnd(Evidence evidence, List<String> failures) {
        Report report = evidence.collector();
        addLoss("collector: malformed requests ", report.malformedRequests(), Map.of(), failures);
        addShort("server spans", serverSpansExpected(evidence.driven()), serverSpans(report), failures);
        addShort("spans", spansExpected(evidence.driven()), Signal.TRACES.keptBy(report), failures);
        Set<String> parents = report.spans().stream()
                .filter(SpanRecord::server)
                .map(span -> span.traceId() + span.parentId())
                .collect(Collectors.toSet());
        List<Driven> missing = evidence.driven().stream()
                .filter(request -> !parents.contains(request.traceId() + request.spanId()))
                .toList();
        if (!missing.isEmpty()) {
            failures.add(items(missing.size(), "request") + " without a server span at the far end: "
                    + named(missing.stream()
                            .map(request ->
                                    "#" + request.number() + " " + request.kind() + " in trace " + request.traceId())
                            .toList()));
        }
        if (!report.forgottenSpans().isEmpty()) {
            failures.add("collector admits that it answered with success and threw away "
                    + items(report.forgottenSpans().size(), "span") + ": "
                    + named(report.forgottenSpans().stream()
                            .map(SpanRecord::spanId)
                            .toList()));
        }
    }

    private static void addShort(String what, long expected, long found, List<String> failures) {
        if (expected != found) {
            failures.add("far end: " + count(found) + " of " + count(expected) + " " + what);
        }
    }

    /** Server spans of the requests, by what the shop does for each. */
    static long serverSpansExpected(List<Driven> driven) {
        return driven.stream()
                .mapToLong(request -> request.kind().serverSpans())
                .sum();
    }

    /** All spans of the requests and of the shop's start. */
    static long spansExpected(List<Driven> driven) {
        return RequestKind.SPANS_AT_START
                + driven.stream().mapToLong(request -> request.kind().spans()).sum();
    }

    /** Server spans at the far end, each span id once. */
    static long serverSpans(Report report) {
        return report.spans().stream()
                .filter(SpanRecord::server)
                .map(SpanRecord::spanId)
                .distinct()
                .count();
    }

    private static String named(List<String> names) {
        return names.stream().limit(NAMED_AT_MOST).collect(Collectors.joining(", "))
                + (names.size() > NAMED_AT_MOST ? " and " + count(names.size() - NAMED_AT_MOST) + " more" : "");
    }

    private static String items(long count, String item) {
        return count(count) + " " + item + (count == 1 ? "" : "s");
    }

    private static String count(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }
}
