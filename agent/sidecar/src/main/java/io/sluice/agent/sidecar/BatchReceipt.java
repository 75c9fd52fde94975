package io.sluice.agent.sidecar;

import static java.util.Objects.requireNonNull;

import io.sluice.exporter.AnswerCode;
import io.sluice.exporter.Outcome;
import io.sluice.exporter.Receipt;
import io.sluice.runtime.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What became of the requests of one batch, told to each of them: its sender's counters, its reply, and in the end its
 * share of custody. The task that exports the batch, one call after another; {@link #closed} on any thread.
 */
final class BatchReceipt implements Receipt {

    /** How long the senders of a batch with bad data travel apart: until it is found out whose it was. */
    static final Duration SUSPICION = Duration.ofSeconds(5);

    /** How long a sender whose data was bad uses the quarantine: a few hundred batches at the usual pace. */
    static final Duration QUARANTINE = Duration.ofSeconds(30);

    private static final int HTTP_BAD_REQUEST = 400;
    private static final int GRPC_INVALID_ARGUMENT = 3;

    /** What all batches share. */
    record Ledger(Sender unattributed, Clock clock) {
        Ledger {
            requireNonNull(unattributed, "unattributed");
            requireNonNull(clock, "clock");
        }
    }

    private final List<HeldRequest> requests;
    private final Ledger ledger;

    /** Index of the request whose items are settled next. */
    private int next;

    /** Items of that request that are settled. */
    private long settledOfNext;

    BatchReceipt(List<HeldRequest> requests, Ledger ledger) {
        this.requests = requireNonNull(requests, "requests");
        this.ledger = requireNonNull(ledger, "ledger");
    }

    @Override
    public void settled(long items, Outcome outcome) {
        boolean severalRequests =
                next < requests.size() && items > requests.get(next).items() - settledOfNext;
        Outcome each = outcome;
        if (outcome instanceof Outcome.PartlyRejected partly && severalRequests && hasSeveralSenders()) {
            // The destination does not say whose they were.
            ledger.unattributed().rejected(partly.rejectedItems());
            each = new Outcome.Delivered();
        }
        long left = items;
        while (left > 0 && next < requests.size()) {
            HeldRequest request = requests.get(next);
            long ofThis = Math.min(left, request.items() - settledOfNext);
            settle(request, ofThis, each);
            left -= ofThis;
            settledOfNext += ofThis;
            if (settledOfNext == request.items()) {
                next++;
                settledOfNext = 0;
            }
        }
    }

    private boolean hasSeveralSenders() {
        return requests.stream().map(HeldRequest::sender).distinct().count() > 1;
    }

    private void settle(HeldRequest request, long items, Outcome outcome) {
        Sender sender = request.sender();
        if (outcome instanceof Outcome.PartlyRejected partly) {
            long rejected = Math.max(0, Math.min(items, partly.rejectedItems()));
            sender.rejected(rejected);
            sender.delivered(items - rejected);
        } else if (outcome instanceof Outcome.Rejected rejected) {
            sender.rejected(items);
            if (isBadData(rejected.code())) {
                long nowNanos = ledger.clock().nanoTime();
                sender.keepApartUntil(nowNanos + QUARANTINE.toNanos());
                sender.quarantineUntil(nowNanos + QUARANTINE.toNanos());
            }
        } else if (outcome instanceof Outcome.Dropped dropped) {
            sender.dropped(dropped.reason(), items);
        } else {
            sender.delivered(items);
        }
        request.reply().ifPresent(reply -> reply.settled(items, outcome));
    }

    @Override
    public void suspected() {
        long untilNanos = ledger.clock().nanoTime() + SUSPICION.toNanos();
        for (HeldRequest request : requests.subList(next, requests.size())) {
            if (!request.sender().isApart(untilNanos)) {
                request.sender().keepApartUntil(untilNanos);
            }
        }
    }

    private static boolean isBadData(Optional<AnswerCode> code) {
        return code.filter(answer -> answer instanceof AnswerCode.Http http
                        ? http.status() == HTTP_BAD_REQUEST
                        : answer instanceof AnswerCode.Grpc grpc && grpc.code() == GRPC_INVALID_ARGUMENT)
                .isPresent();
    }

    /** The requests never were in a payload, or are in none any more. */
    void allSettled(Outcome outcome) {
        for (HeldRequest request : requests) {
            settle(request, request.items(), outcome);
        }
        closed();
    }

    @Override
    public void closed() {
        for (HeldRequest request : requests) {
            request.share().release();
        }
    }
}
