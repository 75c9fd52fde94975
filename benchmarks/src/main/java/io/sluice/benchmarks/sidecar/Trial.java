package io.sluice.benchmarks.sidecar;

import io.sluice.benchmarks.MachineLoad;
import io.sluice.benchmarks.Numbers;
import java.io.IOException;

/** One run of one row through one sidecar. */
final class Trial {

    private final Ends ends;
    private final Plan plan;

    Trial(Ends ends, Plan plan) {
        this.ends = ends;
        this.plan = plan;
    }

    Outcome run(Row row, Running sidecar) throws IOException, InterruptedException {
        ends.reset(sidecar.sink());
        boolean overload = row.kind() == Row.Kind.OVERLOAD;
        ends.limit(sidecar.sink(), overload ? Plan.OVERLOAD_SINK_SPANS_PER_SECOND : 0);
        MachineLoad before = MachineLoad.now();
        double cpu = sidecar.cpuSeconds();
        ResidentSampler resident = new ResidentSampler(sidecar.pid());
        Numbers sent;
        double idle;
        double cpuOfLoad;
        try {
            sent = load(row, sidecar);
            idle = MachineLoad.now().idleShareSince(before);
            cpuOfLoad = sidecar.cpuSeconds() - cpu;
        } finally {
            resident.stop();
        }
        ends.limit(sidecar.sink(), 0);
        Numbers arrived = sidecar.settle(ends, sent.get("accepted"));
        double cpuOfAll = sidecar.cpuSeconds() - cpu;
        double accepted = (double) sent.get("accepted");
        double refused = (double) sent.get("refused");
        double seconds = (double) sent.get("elapsedNanos") / 1e9;
        return new Outcome(
                (double) sent.get("inTime") / seconds,
                (double) arrived.get("spans") / cpuOfAll,
                100 * cpuOfLoad / seconds,
                (double) sent.get("p50"),
                (double) sent.get("p99"),
                (double) arrived.get("p50"),
                (double) arrived.get("p99"),
                resident.averageBytes(),
                resident.mostBytes(),
                refused / Math.max(1, accepted + refused),
                Math.max(0, accepted - (double) arrived.get("spans")),
                Double.NaN,
                idle);
    }

    private Numbers load(Row row, Running sidecar) throws IOException {
        return switch (row.kind()) {
            case SATURATION, START ->
                ends.saturate(row.way(), sidecar.port(), row.spans(), row.connections(), plan.saturationMillis());
            case PACED ->
                ends.pace(
                        row.way(),
                        sidecar.port(),
                        row.spans(),
                        row.connections(),
                        plan.pacedMillis(),
                        Plan.PACED_SPANS_PER_SECOND);
            case OVERLOAD ->
                ends.pace(
                        row.way(),
                        sidecar.port(),
                        row.spans(),
                        row.connections(),
                        plan.overloadMillis(),
                        2.0 * Plan.OVERLOAD_SINK_SPANS_PER_SECOND);
        };
    }
}
