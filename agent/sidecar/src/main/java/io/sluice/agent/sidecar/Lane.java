package io.sluice.agent.sidecar;

import io.sluice.batching.AccountSnapshot;
import io.sluice.batching.DrainReport;
import io.sluice.batching.Offer;
import io.sluice.batching.RefuseReason;
import io.sluice.exporter.DiagnosticLog;
import io.sluice.exporter.ExportPipeline;
import io.sluice.exporter.PipelineSettings;
import io.sluice.exporter.Signal;
import io.sluice.exporter.Transport;
import io.sluice.exporter.otlp.OtlpMerge;
import io.sluice.exporter.otlp.OtlpRequest;
import io.sluice.runtime.Future;
import io.sluice.runtime.Handle;
import java.time.Duration;
import java.util.Locale;

/** One signal's way through the sidecar: its own channel, permits, retry state, connections and account. */
final class Lane {

    private final Signal signal;
    private final Transport transport;
    private final ExportPipeline<OtlpRequest> pipeline;

    Lane(Signal signal, PipelineSettings settings, Custody custody, DiagnosticLog log, Handle handle) {
        this.signal = signal;
        this.transport = settings.transport().open(handle, log);
        this.pipeline = ExportPipeline.start(
                name() + " to " + settings.transport().endpoint(),
                settings,
                new LargeAlone(
                        new OtlpMerge(signal, custody::release),
                        settings.batch().maxBatchBytes()),
                transport,
                log,
                handle);
    }

    /** The signal's name in accounts. */
    String name() {
        return signal.name().toLowerCase(Locale.ROOT);
    }

    /** Never waits. */
    Offer offer(OtlpRequest request) {
        return pipeline.inlet().offer(request);
    }

    /** Counts a request that custody had no room for. */
    void refusedForCustody(OtlpRequest request) {
        pipeline.account().refused(RefuseReason.CUSTODY_FULL, request.items());
    }

    AccountSnapshot account() {
        return pipeline.account().snapshot();
    }

    Future<DrainReport> shutdown(Duration timeout) {
        return pipeline.shutdown(timeout);
    }

    Future<Void> closeTransport() {
        return transport.shutdown();
    }
}
