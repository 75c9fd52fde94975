package io.sluice.agent.sidecar;

import static java.util.Objects.requireNonNull;

import io.sluice.exporter.Encoder;
import io.sluice.exporter.Payload;
import io.sluice.exporter.Signal;
import io.sluice.exporter.otlp.OtlpRequest;

/**
 * Lets a request pass that alone is larger than a batch may be: it fills a batch of its own instead of being dropped.
 * What a sender was promised is not broken for a limit that its destination may not even have. One thread at a
 * time.
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

    /** Says that it is as large as a batch may be if it is larger, so that it is taken by an empty one only. */
    @Override
    public int add(OtlpRequest request, int maxBytes) {
        int limit = maxBytes >= maxBatchBytes ? Integer.MAX_VALUE : maxBytes;
        return Math.min(maxBatchBytes, merge.add(request, limit));
    }

    @Override
    public Payload finish() {
        return merge.finish();
    }
}
