package io.sluice.exporter.management;

import static java.util.Objects.requireNonNull;

import io.sluice.exporter.PipelineStats;
import io.sluice.runtime.management.RegisteredBean;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Shows a pipeline over JMX as {@code io.sluice.exporter:type=Pipeline,name=...}, until it is closed.
 *
 * <p>Reading takes a fresh look each time and costs the pipeline nothing in between. The bean keeps the pipeline alive:
 * close it first. Any thread.
 */
public final class PipelineBean extends RegisteredBean implements PipelineMXBean {

    private final Supplier<PipelineStats> stats;

    private PipelineBean(Supplier<PipelineStats> stats, String name) {
        super("io.sluice.exporter", "Pipeline", name);
        this.stats = stats;
    }

    /**
     * Registers a pipeline with the JVM's own server.
     *
     * @param stats what to show: {@code client::stats} or {@code pipeline::stats}
     * @param name distinguishes the pipelines of one JVM
     * @throws IllegalStateException if another bean has that name
     */
    public static PipelineBean register(Supplier<PipelineStats> stats, String name) {
        requireNonNull(stats, "stats");
        PipelineBean bean = new PipelineBean(stats, name);
        bean.register();
        return bean;
    }

    private PipelineStats now() {
        return stats.get();
    }

    @Override
    public String getSignal() {
        return now().signal().key();
    }

    @Override
    public long getOfferedItems() {
        return now().account().offered();
    }

    @Override
    public long getAcceptedItems() {
        return now().account().accepted();
    }

    @Override
    public Map<String, Long> getRefusedItems() {
        return now().account().refused();
    }

    @Override
    public long getDeliveredItems() {
        return now().account().delivered();
    }

    @Override
    public long getRejectedItems() {
        return now().account().rejected();
    }

    @Override
    public Map<String, Long> getDroppedItems() {
        return now().account().dropped();
    }

    @Override
    public long getPendingItems() {
        return now().account().pending();
    }

    @Override
    public int getQueuedItems() {
        return now().queue().items();
    }

    @Override
    public int getQueueCapacity() {
        return now().queue().capacity();
    }

    @Override
    public int getWaitingProducers() {
        return now().queue().waitingProducers();
    }

    @Override
    public int getInFlightExports() {
        return now().exports().inFlight();
    }

    @Override
    public long getInFlightItems() {
        return now().exports().inFlightItems();
    }

    @Override
    public int getPermits() {
        return now().exports().permits();
    }

    @Override
    public int getPermitsInUse() {
        return now().exports().permitsInUse();
    }

    @Override
    public long getAttempts() {
        return now().attempts().count();
    }

    @Override
    public Map<String, Long> getFailedAttempts() {
        return now().attempts().failed();
    }

    @Override
    public long getBackoffNanos() {
        return now().attempts().backoffNanos();
    }

    @Override
    public long getAttemptNanosP50() {
        return now().attempts().nanos().quantileNanos(0.5);
    }

    @Override
    public long getAttemptNanosP99() {
        return now().attempts().nanos().quantileNanos(0.99);
    }

    @Override
    public long getExportNanosP50() {
        return now().exports().nanos().quantileNanos(0.5);
    }

    @Override
    public long getExportNanosP99() {
        return now().exports().nanos().quantileNanos(0.99);
    }

    @Override
    public long getHeldBytes() {
        return now().bytes().held();
    }

    @Override
    public long getRetryRoomBytes() {
        return now().bytes().inRetryRoom();
    }

    @Override
    public long getEncodedBytes() {
        return now().bytes().encoded();
    }

    @Override
    public long getSentBytes() {
        return now().bytes().sent();
    }

    @Override
    public long getReceivedBytes() {
        return now().bytes().received();
    }

    @Override
    public int getConnections() {
        return now().bytes().connections();
    }
}
