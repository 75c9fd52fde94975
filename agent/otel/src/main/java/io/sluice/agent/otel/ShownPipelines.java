package io.sluice.agent.otel;

import io.sluice.exporter.PipelineStats;
import io.sluice.exporter.management.PipelineBean;
import io.sluice.runtime.AsyncRuntime;
import io.sluice.runtime.management.RegisteredBean;
import io.sluice.runtime.management.RuntimeBean;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The beans of one SDK's pipelines: named {@code traces}, {@code metrics} and {@code logs}, those of a second SDK in the
 * same JVM {@code traces 2} and so on. If asked for, also that of the runtime below them, {@code agent}.
 */
final class ShownPipelines implements AutoCloseable {

    /** Far more SDKs than one JVM has; whoever makes more sees the first of them. */
    private static final int MOST = 64;

    /** Guarded by this. */
    private final List<RegisteredBean> beans = new ArrayList<>();

    /** Guarded by this. */
    private boolean closed;

    /** Registers a pipeline, unless closed. On a thread that may wait. */
    void show(Supplier<PipelineStats> stats, String signal) {
        register(signal, name -> PipelineBean.register(stats, name));
    }

    /** Registers the runtime, unless closed. On a thread that may wait. */
    void show(AsyncRuntime runtime) {
        register("agent", name -> RuntimeBean.register(runtime, name));
    }

    private synchronized void register(String name, Function<String, RegisteredBean> registration) {
        for (int number = 1; number <= MOST && !closed; number++) {
            try {
                beans.add(registration.apply(number == 1 ? name : name + " " + number));
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
        beans.forEach(RegisteredBean::close);
        beans.clear();
    }
}
