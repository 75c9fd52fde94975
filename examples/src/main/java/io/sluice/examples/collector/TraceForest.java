package io.sluice.examples.collector;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.trace.v1.Span;
import io.sluice.runtime.time.Clock;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Gathers the spans of each trace until the trace is complete, or no span of it has come for a while.
 *
 * <p>A trace is complete when it has a root and every other span's parent. One whose root lies in a system that does not
 * report here never is; it is due once it has been quiet. At most {@link #MOST_OPEN_TRACES} are held: beyond that, the one begun first is due.
 * Any thread.
 */
final class TraceForest {

    static final int MOST_OPEN_TRACES = 1_000;

    private final Clock clock;
    private final long quietNanos;
    /** In the order in which they began; guarded by this. */
    private final Map<ByteString, TraceTree> open = new LinkedHashMap<>();

    TraceForest(Clock clock, long quietNanos) {
        this.clock = clock;
        this.quietNanos = quietNanos;
    }

    synchronized void add(String service, Span span) {
        open.computeIfAbsent(span.getTraceId(), TraceTree::new).add(service, span, clock.nanoTime());
    }

    /** Removes and returns the traces that are due. */
    synchronized List<TraceTree> takeDue() {
        long now = clock.nanoTime();
        List<TraceTree> due = take(tree -> tree.isComplete() || now - tree.lastSpanNanos() >= quietNanos);
        Iterator<TraceTree> oldest = open.values().iterator();
        while (open.size() > MOST_OPEN_TRACES) {
            due.add(oldest.next());
            oldest.remove();
        }
        return due;
    }

    /** Removes and returns all. */
    synchronized List<TraceTree> takeAll() {
        return take(any -> true);
    }

    private List<TraceTree> take(Predicate<TraceTree> condition) {
        List<TraceTree> taken = new ArrayList<>();
        open.values().removeIf(tree -> condition.test(tree) && taken.add(tree));
        return taken;
    }
}
