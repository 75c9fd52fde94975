package io.sluice.agent.sidecar;

import static java.util.Objects.requireNonNull;

import io.sluice.batching.DropReason;
import io.sluice.exporter.Encoder;
import io.sluice.exporter.Outcome;
import io.sluice.exporter.Payload;
import io.sluice.exporter.Signal;
import io.sluice.exporter.otlp.OtlpRequest;
import io.sluice.runtime.time.Clock;
import java.util.ArrayList;
import java.util.List;

/**
 * Merges requests in custody, and says who may travel with whom: a request whose sender is suspected of bad data shares
 * a batch with its own only, and so does every request where a reply mirrors the destination's answer.
 *
 * <p>A request that alone is larger than a batch may be fills one of its own instead of being dropped: what a sender was
 * promised is not broken for a limit that its destination may not even have.
 *
 * <p>One thread at a time, but for {@link #count}.
 */
final class HeldMerge implements Encoder<HeldRequest> {

    private final Encoder<OtlpRequest> merge;
    private final int maxBatchBytes;
    private final boolean sendersApart;
    private final Clock clock;
    private final BatchReceipt.Ledger ledger;

    /** Of the batch in the making. */
    private List<HeldRequest> batch = new ArrayList<>();

    /** @param sendersApart whether no batch holds requests of more than one sender */
    HeldMerge(
            Encoder<OtlpRequest> merge,
            int maxBatchBytes,
            boolean sendersApart,
            Clock clock,
            BatchReceipt.Ledger ledger) {
        this.merge = requireNonNull(merge, "merge");
        this.maxBatchBytes = maxBatchBytes;
        this.sendersApart = sendersApart;
        this.clock = requireNonNull(clock, "clock");
        this.ledger = requireNonNull(ledger, "ledger");
    }

    @Override
    public Signal signal() {
        return merge.signal();
    }

    @Override
    public int count(HeldRequest held) {
        return held.items();
    }

    @Override
    public String describe(HeldRequest held) {
        return merge.describe(held.request());
    }

    /** Says that it is as large as a batch may be if it is larger, so that it is taken by an empty one only. */
    @Override
    public int add(HeldRequest held, int maxBytes) {
        boolean fresh = batch.isEmpty() || maxBytes >= maxBatchBytes;
        if (!fresh && !mayTravelWith(batch.get(batch.size() - 1), held)) {
            return maxBatchBytes;
        }
        int bytes = Math.min(maxBatchBytes, merge.add(held.request(), fresh ? Integer.MAX_VALUE : maxBytes));
        if (bytes <= maxBytes) {
            batch.add(held);
        }
        return bytes;
    }

    private boolean mayTravelWith(HeldRequest one, HeldRequest other) {
        if (one.sender() == other.sender()) {
            return true;
        }
        long nowNanos = clock.nanoTime();
        return !sendersApart
                && !one.sender().isApart(nowNanos)
                && !other.sender().isApart(nowNanos);
    }

    @Override
    public void givenUp(HeldRequest held, DropReason reason) {
        new BatchReceipt(List.of(held), ledger).allSettled(new Outcome.Dropped(reason));
    }

    @Override
    public Payload finish() {
        BatchReceipt receipt = new BatchReceipt(batch, ledger);
        batch = new ArrayList<>();
        boolean threw = true;
        try {
            Payload payload = merge.finish().tell(receipt);
            threw = false;
            return payload;
        } finally {
            if (threw) {
                receipt.allSettled(new Outcome.Dropped(DropReason.ENCODING_FAILED));
            }
        }
    }
}
