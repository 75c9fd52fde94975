package io.sluice.exporter;

import io.sluice.batching.DropReason;
import io.sluice.batching.Settlement;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What is left of one batch: the request that is in hand, and the parts that follow it if the batch had to be divided.
 *
 * <pre>
 *   whole batch --larger than a request should be---------> parts of that size
 *   any request --the destination finds it too large------> two halves        down to one item: rejected, by its name
 *   merged      --the destination finds bad data in it----> half the senders  down to one sender: rejected as a whole
 * </pre>
 *
 * Parts are sent one after another, in their order, and settled one by one; whatever ends the batch settles what is
 * left. Belongs to an {@link ExportTask}, who owns the payload.
 */
final class Delivery {

    private final Destination destination;
    private final Payload whole;
    private final Settlement settlement;
    private final Supplier<Optional<AnswerCode>> lastCode;

    private Payload request;

    /** What {@link #request} is made from; null while that is the whole. */
    private @Nullable Part part;

    /** Null until the batch is divided. */
    private @Nullable Deque<Part> later;

    /** @param lastCode the status of the last answer */
    Delivery(Destination destination, Payload whole, Settlement settlement, Supplier<Optional<AnswerCode>> lastCode) {
        this.destination = destination;
        this.whole = whole;
        this.settlement = settlement;
        this.lastCode = lastCode;
        this.request = whole;
    }

    /** What is to be sent. */
    Payload request() {
        return request;
    }

    /** Whether nothing follows the request in hand: it settles what is left of the batch. */
    boolean isLast() {
        return later == null || later.isEmpty();
    }

    /** What the request in hand counts for. */
    long items() {
        return isLast() || part == null ? settlement.items() : part.items();
    }

    // ---- dividing ---------------------------------------------------------------------------------------------

    /** Before the first attempt: makes the request as small as requests to this destination should be, if it can be. */
    void fit() {
        int maxBytes = destination.limit().maxBytes();
        int bytes = part == null ? destination.limit().bytes() : maxBytes;
        if (request.bytes() <= bytes) {
            return;
        }
        List<Part> parts = part().fitting(bytes);
        if (request.bytes() <= maxBytes && parts.size() / 2 > request.bytes() / bytes) {
            return; // it is what stands around the items that takes the room
        }
        if (parts.size() > 1) {
            replace(parts);
        }
    }

    /** Whether the request in hand must not be sent: one item that is larger than the limit. */
    boolean isOverLimit() {
        return request.bytes() > destination.limit().maxBytes();
    }

    /** Divides the request in hand if the answer asks for it; otherwise gives the answer to settle it with. */
    Optional<ExportResult> divide(ExportResult answer) {
        if (answer instanceof ExportResult.TooLarge tooLarge) {
            destination.limit().refused(request.bytes());
            Part refused = part();
            List<Part> halves = refused.halves();
            if (halves.size() == 1) {
                return Optional.of(new ExportResult.Rejected(described(refused) + ": " + tooLarge.reason()));
            }
            replace(halves);
            return Optional.empty();
        }
        if (!(answer instanceof ExportResult.Rejected)) {
            destination.limit().taken(request.bytes());
        }
        if (answer instanceof ExportResult.BadData bad) {
            Part merged = part();
            if (!merged.hasSeveralSenders()) {
                return Optional.of(new ExportResult.Rejected(bad.reason()));
            }
            whole.receipt().suspected();
            replace(merged.bisect());
            return Optional.empty();
        }
        return Optional.of(answer);
    }

    private Part part() {
        return part == null ? Part.all(pieces()) : part;
    }

    private Pieces pieces() {
        try {
            return whole.pieces();
        } catch (RuntimeException e) {
            destination.failures().broken(settlement.items(), "the divider threw", e);
            return Pieces.indivisible(whole.body(), whole.items(), "request of " + whole.signal());
        }
    }

    private void replace(List<Part> parts) {
        if (later == null) {
            later = new ArrayDeque<>();
        }
        for (int i = parts.size() - 1; i >= 0; i--) {
            later.addFirst(parts.get(i));
        }
        next(later);
    }

    private void next(Deque<Part> parts) {
        Part first = parts.removeFirst();
        part = first;
        request = first.payload(whole);
    }

    private static String described(Part single) {
        return single.name() + " of " + single.bytes() + " bytes";
    }

    // ---- settling ---------------------------------------------------------------------------------------------

    /** Settles the request in hand, which is not the last, and takes the next one in hand. */
    void settleAndAdvance(ExportResult answer) {
        long items = items();
        if (answer instanceof ExportResult.Rejected rejected) {
            destination.failures().rejected(items, rejected.reason());
            settlement.rejected(items);
        } else if (answer instanceof ExportResult.PartiallyRejected partly) {
            destination.failures().partlyRejected(partly.rejectedItems(), partly.message());
            long rejectedItems = Math.max(0, Math.min(items, partly.rejectedItems()));
            settlement.rejected(rejectedItems);
            settlement.delivered(items - rejectedItems);
        } else {
            settlement.delivered(items);
        }
        tell(items, answer);
        advance();
    }

    /** Settles what is left of the batch with the answer to its last request. */
    void settleLast(ExportResult answer) {
        if (settlement.isSettled()) {
            return; // what followed counted for nothing
        }
        long items = settlement.items();
        if (answer instanceof ExportResult.Rejected rejected) {
            destination.failures().rejected(settlement.items(), rejected.reason());
            settlement.rejected();
        } else if (answer instanceof ExportResult.PartiallyRejected partly) {
            destination.failures().partlyRejected(partly.rejectedItems(), partly.message());
            settlement.partlyDelivered(partly.rejectedItems());
        } else {
            settlement.delivered();
        }
        tell(items, answer);
    }

    private void tell(long items, ExportResult answer) {
        if (answer instanceof ExportResult.Rejected rejected) {
            tell(items, new Outcome.Rejected(rejected.reason(), lastCode.get()));
        } else if (answer instanceof ExportResult.PartiallyRejected partly) {
            tell(items, new Outcome.PartlyRejected(partly.rejectedItems(), partly.message()));
        } else {
            tell(items, new Outcome.Delivered());
        }
    }

    private void tell(long items, Outcome outcome) {
        if (items > 0) {
            whole.receipt().settled(items, outcome);
        }
    }

    /** Says that the request in hand is over the limit; it is to be dropped. */
    void tellOverLimit() {
        destination
                .failures()
                .lost(
                        items(),
                        described(part()) + " is larger than a request may be, which is "
                                + destination.limit().maxBytes() + " bytes");
    }

    /** Drops the request in hand, which is not the last, and takes the next one in hand. */
    void dropAndAdvance(DropReason reason) {
        long items = items();
        settlement.dropped(reason, items);
        tell(items, new Outcome.Dropped(reason));
        advance();
    }

    /** Drops what is left of the batch. */
    void drop(DropReason reason) {
        if (!settlement.isSettled()) {
            long items = settlement.items();
            settlement.dropped(reason);
            tell(items, new Outcome.Dropped(reason));
        }
    }

    private void advance() {
        if (later != null) {
            next(later);
        }
    }
}
