package io.sluice.examples.collector;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The spans of one trace that have come so far. One thread at a time. */
final class TraceTree {

    private record Node(String service, Span span) {}

    private record Placed(Node node, int depth) {}

    private static final Comparator<Node> BY_START =
            Comparator.comparingLong(node -> node.span().getStartTimeUnixNano());

    private static final int NAME_COLUMNS = 32;
    private static final int DEEPEST_INDENT = 12;

    private final ByteString traceId;
    /** By span id, so that a span that comes twice is shown once. */
    private final Map<ByteString, Node> nodes = new LinkedHashMap<>();

    private long lastSpanNanos;

    TraceTree(ByteString traceId) {
        this.traceId = traceId;
    }

    void add(String service, Span span, long nowNanos) {
        nodes.put(span.getSpanId(), new Node(service, span));
        lastSpanNanos = nowNanos;
    }

    int size() {
        return nodes.size();
    }

    /** When the last span came. */
    long lastSpanNanos() {
        return lastSpanNanos;
    }

    /** Whether there is a root, and a parent for every other span. */
    boolean isComplete() {
        List<Node> tops = tops();
        return tops.size() == 1 && tops.get(0).span().getParentSpanId().isEmpty();
    }

    private List<Node> tops() {
        return nodes.values().stream()
                .filter(node -> !nodes.containsKey(node.span().getParentSpanId()))
                .sorted(BY_START)
                .toList();
    }

    /** A headline and one line per span, each below its parent and further to the right; ends with a line end. */
    String toText() {
        StringBuilder text = new StringBuilder();
        text.append("trace ")
                .append(SpanRecord.hex(traceId))
                .append("  ")
                .append(services())
                .append("  ")
                .append(size())
                .append(size() == 1 ? " span  " : " spans  ")
                .append(Units.nanos(durationNanos()))
                .append('\n');
        for (Placed placed : inReadingOrder()) {
            append(text, placed);
        }
        return text.toString();
    }

    private String services() {
        return nodes.values().stream().map(Node::service).distinct().sorted().collect(Collectors.joining(", "));
    }

    private long durationNanos() {
        long start = nodes.values().stream()
                .mapToLong(node -> node.span().getStartTimeUnixNano())
                .min()
                .orElse(0);
        long end = nodes.values().stream()
                .mapToLong(node -> node.span().getEndTimeUnixNano())
                .max()
                .orElse(0);
        return end - start;
    }

    /** Depth first; without recursion and each span once, as parents may be wrong in every way, in circles too. */
    private List<Placed> inReadingOrder() {
        Map<ByteString, List<Node>> children = nodes.values().stream()
                .sorted(BY_START.reversed())
                .collect(Collectors.groupingBy(node -> node.span().getParentSpanId()));
        Deque<Placed> stack = new ArrayDeque<>();
        tops().stream().sorted(BY_START.reversed()).forEach(top -> stack.push(new Placed(top, 1)));
        Map<ByteString, Placed> order = new LinkedHashMap<>();
        while (!stack.isEmpty()) {
            Placed next = stack.pop();
            ByteString id = next.node().span().getSpanId();
            if (order.putIfAbsent(id, next) == null) {
                children.getOrDefault(id, List.of()).forEach(child -> stack.push(new Placed(child, next.depth() + 1)));
            }
        }
        nodes.forEach((id, inCircle) -> order.putIfAbsent(id, new Placed(inCircle, 1)));
        return List.copyOf(order.values());
    }

    private static void append(StringBuilder text, Placed placed) {
        Span span = placed.node().span();
        String indent = "  ".repeat(Math.min(placed.depth(), DEEPEST_INDENT));
        String name = Printable.text(span.getName(), NAME_COLUMNS);
        text.append(String.format(
                        Locale.ROOT,
                        "%s%-" + (NAME_COLUMNS + 4 - Math.min(indent.length(), NAME_COLUMNS)) + "s %-8s %9s  %s",
                        indent,
                        name,
                        kind(span),
                        Units.nanos(span.getEndTimeUnixNano() - span.getStartTimeUnixNano()),
                        SpanDetails.of(span))
                .stripTrailing());
        text.append('\n');
    }

    private static String kind(Span span) {
        return switch (span.getKind()) {
            case SPAN_KIND_SERVER -> "server";
            case SPAN_KIND_CLIENT -> "client";
            case SPAN_KIND_PRODUCER -> "producer";
            case SPAN_KIND_CONSUMER -> "consumer";
            case SPAN_KIND_INTERNAL, SPAN_KIND_UNSPECIFIED, UNRECOGNIZED -> "internal";
        };
    }
}
