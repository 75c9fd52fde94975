package io.sluice.agent.otel;

import io.sluice.exporter.PipelineStats;
import io.sluice.exporter.management.PipelineBean;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * The beans of one SDK's pipelines: named {@code traces}, {@code metrics} and {@code logs}, those of a second SDK in the
 * same JVM {@code traces 2} and so on.
 */
final class ShownPipelines implements AutoCloseable {

    /** Far more SDKs than one JVM has; whoever makes more sees the first of them. */
    private static final int MOST = 64;

    /** Guarded by this. */
    private final List<PipelineBean> beans = new ArrayList<>();

    /** Guarded by this. */
    private boolean closed;

    /** Registers a pipeline, unless closed. On a thread that may wait. */
    synchronized void show(Supplier<PipelineStats> stats, String signal) {
        for (int number = 1; number <= MOST && !closed; number++) {
            try {
                beans.add(PipelineBean.register(stats, number == 1 ? signal : signal + " " + number));
                return;
            } catch (IllegalStateException taken) {
                if (number == MOST) {
                    Diagnostics.print("not seen over JMX: " + taken.getMessage());
                }
            }
        }
    }

    /** Takes them off. Any thread. */
    @Override
    public synchronized void close() {
        closed = true;
        beans.forEach(PipelineBean::close);
        beans.clear();
    }
}
