package io.sluice.agent.sidecar;

import static java.util.Objects.requireNonNull;

import io.sluice.exporter.Encoder;
import io.sluice.exporter.Payload;
import io.sluice.exporter.Signal;
import io.sluice.exporter.otlp.OtlpRequest;
import java.util.List;

/**
 * Lets a request pass that alone is larger than a batch may be: it fills a batch of its own instead of being dropped.
 * What a sender was promised is not broken for a limit that its destination may not even have. As thread-safe as what it
 * wraps.
 */
final class LargeAlone implements Encoder<OtlpRequest> {

    private final Encoder<OtlpRequest> merge;
    private final int maxBatchBytes;

    LargeAlone(Encoder<OtlpRequest> merge, int maxBatchBytes) {
        this.merge = requireNonNull(merge, "merge");
        this.maxBatchBytes = maxBatchBytes;
    }

    @Override
    public Signal signal() {
        return merge.signal();
    }

    @Override
    public int count(OtlpRequest request) {
        return merge.count(request);
    }

    @Override
    public int bytes(OtlpRequest request) {
        return Math.min(maxBatchBytes, merge.bytes(request));
    }

    @Override
    public Payload encode(List<? extends OtlpRequest> batch) {
        return merge.encode(batch);
    }
}
