package io.sluice.exporter.testing;

import io.sluice.batching.DropReason;
import io.sluice.exporter.Divider;
import io.sluice.exporter.Encoder;
import io.sluice.exporter.Outcome;
import io.sluice.exporter.Payload;
import io.sluice.exporter.Pieces;
import io.sluice.exporter.Signal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToIntFunction;

/**
 * Encodes numbers as eight bytes each, so that the far end knows which ones came.
 *
 * <p>Counts the payloads that are open, and fails if one is closed twice. The size and the weight of an item may be
 * given; the encoded bytes stay eight.
 */
public final class IdEncoder implements Encoder<Long> {

    private final AtomicInteger openPayloads = new AtomicInteger();
    private final AtomicInteger batches = new AtomicInteger();
    private ToIntFunction<Long> size = id -> Long.BYTES;
    private ToIntFunction<Long> weight = id -> 1;

    private Divider divider = (body, items) -> Pieces.indivisible(body, items, "ids");

    /** Items that receipts and {@link #givenUp} told of: delivered, rejected, dropped. */
    private final LongAdder toldDelivered = new LongAdder();

    private final LongAdder toldRejected = new LongAdder();
    private final LongAdder toldDropped = new LongAdder();

    /** The batch in the making. */
    private List<Long> ids = new ArrayList<>();

    /** Called before each batch is finished; may throw. */
    private Runnable beforeEncode = () -> {};

    /** Lets {@link #add} answer something else. Before use. */
    public IdEncoder size(ToIntFunction<Long> bytesOf) {
        this.size = bytesOf;
        return this;
    }

    /** Lets {@link #count} answer something else. Before use. */
    public IdEncoder weight(ToIntFunction<Long> countOf) {
        this.weight = countOf;
        return this;
    }

    /** Has {@code action} called before each batch is finished, on the loop's task. Before use. */
    public IdEncoder beforeEncode(Runnable action) {
        this.beforeEncode = action;
        return this;
    }

    /** Lets payloads be divided: into senders of so many ids each, and these into their ids. Before use. */
    public IdEncoder senders(int idsEach) {
        this.divider = (body, items) -> IdPieces.of(body[0], idsEach, weight);
        return this;
    }

    /** Lets payloads be divided by somebody. Before use. */
    public IdEncoder divider(Divider newDivider) {
        this.divider = newDivider;
        return this;
    }

    @Override
    public Signal signal() {
        return Signal.TRACES;
    }

    @Override
    public int count(Long item) {
        return weight.applyAsInt(item);
    }

    @Override
    public int add(Long item, int maxBytes) {
        int bytes = size.applyAsInt(item);
        if (bytes <= maxBytes) {
            ids.add(item);
        }
        return bytes;
    }

    @Override
    public Payload finish() {
        List<Long> batch = ids;
        ids = new ArrayList<>();
        beforeEncode.run();
        batches.incrementAndGet();
        ByteBuffer bytes = ByteBuffer.allocate(batch.size() * Long.BYTES);
        int items = 0;
        for (Long id : batch) {
            bytes.putLong(id);
            items += count(id);
        }
        openPayloads.incrementAndGet();
        AtomicBoolean closed = new AtomicBoolean();
        return new Payload(Signal.TRACES, items, new ByteBuffer[] {bytes.flip()}, divider, () -> close(closed))
                .tell(this::settled);
    }

    @Override
    public void givenUp(Long item, DropReason reason) {
        toldDropped.add(count(item));
    }

    private void settled(long items, Outcome outcome) {
        if (outcome instanceof Outcome.PartlyRejected partly) {
            long rejected = Math.max(0, Math.min(items, partly.rejectedItems()));
            toldRejected.add(rejected);
            toldDelivered.add(items - rejected);
        } else if (outcome instanceof Outcome.Delivered) {
            toldDelivered.add(items);
        } else if (outcome instanceof Outcome.Rejected) {
            toldRejected.add(items);
        } else {
            toldDropped.add(items);
        }
    }

    /** Items that those who handed them in were told of: delivered, rejected and dropped. */
    public List<Long> told() {
        return List.of(toldDelivered.sum(), toldRejected.sum(), toldDropped.sum());
    }

    private void close(AtomicBoolean closed) {
        if (closed.getAndSet(true)) {
            openPayloads.set(Integer.MIN_VALUE / 2);
            throw new IllegalStateException("payload closed twice");
        }
        openPayloads.decrementAndGet();
    }

    /** Counts a batch that {@link #beforeEncode} is about to refuse. */
    public void skipBatch() {
        batches.incrementAndGet();
    }

    /** Encoded ids as pieces of one sender, an id each. */
    public static Pieces pieces(ByteBuffer ids) {
        return new IdPieces(ids, 1, false, id -> 1);
    }

    /** The ids inside a payload. */
    public static List<Long> decode(Payload payload) {
        List<Long> ids = new ArrayList<>();
        for (ByteBuffer part : payload.body()) {
            while (part.hasRemaining()) {
                ids.add(part.getLong());
            }
        }
        return ids;
    }

    /** Payloads that nobody has closed; far below zero if one was closed twice. */
    public int openPayloads() {
        return openPayloads.get();
    }

    /** Batches encoded so far. */
    public int batches() {
        return batches.get();
    }
}
