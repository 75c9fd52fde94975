package io.sluice.benchmarks.pipeline;

import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.sluice.exporter.OtlpClient;
import io.sluice.exporter.PipelineSettings;
import io.sluice.exporter.otlp.BufferPool;
import io.sluice.exporter.otlp.SpanEncoder;
import java.time.Duration;

/** Our pipeline behind the SDK's processor interface, in its plain library form. */
final class SluiceProcessor implements SpanProcessor {

    private static final Duration FLUSH_LIMIT = Duration.ofSeconds(20);

    private final OtlpClient<SpanData> client;

    SluiceProcessor(PipelineSettings settings) {
        client = OtlpClient.builder(new SpanEncoder(new BufferPool(16 << 20)))
                .settings(settings)
                .transport(settings.transport())
                .start();
    }

    @Override
    public void onStart(Context parentContext, ReadWriteSpan span) {}

    @Override
    public boolean isStartRequired() {
        return false;
    }

    @Override
    public void onEnd(ReadableSpan span) {
        if (span.getSpanContext().isSampled()) {
            client.trySend(span.toSpanData());
        }
    }

    @Override
    public boolean isEndRequired() {
        return true;
    }

    @Override
    public CompletableResultCode forceFlush() {
        try {
            return client.flush(FLUSH_LIMIT) ? CompletableResultCode.ofSuccess() : CompletableResultCode.ofFailure();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return CompletableResultCode.ofFailure();
        }
    }

    @Override
    public CompletableResultCode shutdown() {
        client.close();
        return CompletableResultCode.ofSuccess();
    }
}
