package io.sluice.exporter;

import static java.util.Objects.requireNonNull;

import io.sluice.batching.DropReason;
import io.sluice.batching.Settlement;
import io.sluice.exporter.limit.DrainPace;
import io.sluice.exporter.retry.RetryPolicy;
import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;
import io.sluice.runtime.sync.Permit;
import io.sluice.runtime.time.Sleep;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The task that brings one encoded batch to its destination, however many attempts that takes.
 *
 * <pre>
 *                 may be tried again; the permit goes back if the retry room has space
 *   ATTEMPTING -------------------------------------------------------------------> BACKING_OFF
 *    |      ^                                                                           |
 *    |      |                     permit in hand                                        v
 *    |      +---------------------------------------------------------------------- ACQUIRING
 *    |
 *    |  a drain ends the wait early and sees to an attempt before its deadline
 *    |  an answer that asks for smaller requests, or to one that is not the last: ATTEMPTING, with the next request
 *    +--> ENDED: the answer to the last request, or the end of the budget; from each state: the drain's deadline
 * </pre>
 *
 * <p>A batch is one request as a rule. {@link Delivery} divides it where that is too large, or bad for one of several
 * senders; the parts are sent one after another by this task, with the same permit and within the budget of the batch:
 * when that is over, what is left is given up. Each attempt has its own time and its own answer.
 *
 * <p>Owns the permit, the payload, its bytes in the retry room and the settlement. Whatever ends it, be it an answer,
 * the budget, the drain's deadline, an abort of the task or a bug, {@link #release} gives the first three back and then
 * what is left of the batch is settled. All fields belong to the task.
 */
final class ExportTask implements Future<Void> {

    private enum State {
        ATTEMPTING,
        BACKING_OFF,
        ACQUIRING,
        ENDED
    }

    private final Destination destination;
    private final Transport transport;
    private final Payload payload;
    private final Settlement settlement;
    private final Delivery delivery;
    private final Future<Void> aborted;

    private State state = State.ATTEMPTING;

    /** Attempts of the request in hand that failed. */
    private int failures;

    /** Whether any attempt was made. */
    private boolean begun;

    /** Meaningful once {@link #begun}. */
    private long firstAttemptNanos;

    /** When the attempt in hand began. */
    private long attemptNanos;

    /** In hand from the start; null while waiting in the retry room. */
    private @Nullable Permit permit;

    /** Whether the payload's bytes are reserved in the retry room. */
    private boolean inRoom;

    private @Nullable Future<ExportResult> attempt;
    private @Nullable Sleep backoff;

    /** Whether the destination itself asked for the wait. */
    private boolean backoffAsked;

    /** While waiting in backoff, until a drain has begun. */
    private @Nullable Future<Void> drain;

    private @Nullable Future<Permit> acquire;

    /** What is counted if the task is cancelled. */
    private DropReason cancelReason = DropReason.ABORTED;

    /** @param transport the destination's, as this export uses it */
    ExportTask(
            Destination destination,
            Transport transport,
            Payload payload,
            Settlement settlement,
            Delivery delivery,
            Permit permit) {
        this.destination = destination;
        this.transport = transport;
        this.payload = payload;
        this.settlement = settlement;
        this.permit = permit;
        this.delivery = delivery;
        this.aborted = destination.abort().raised();
    }

    @Override
    public Poll<Void> poll(Context cx) throws Exception {
        boolean threw = true;
        try {
            Poll<Void> polled = step(cx);
            threw = false;
            return polled;
        } finally {
            if (threw) {
                cancelReason = DropReason.INTERNAL_ERROR;
            }
        }
    }

    private Poll<Void> step(Context cx) throws Exception {
        while (state != State.ENDED) {
            boolean progress = switch (state) {
                case ATTEMPTING -> attempt(cx);
                case BACKING_OFF -> backOff(cx);
                case ACQUIRING -> acquire(cx);
                case ENDED -> true;
            };
            if (!progress) {
                if (aborted.poll(cx).isPending()) {
                    return Poll.pending();
                }
                drop(destination.abort().reason());
            }
        }
        return Poll.ready();
    }

    private boolean attempt(Context cx) {
        if (attempt == null && failures == 0) {
            delivery.fit();
            if (delivery.isOverLimit()) {
                overLimit();
                return true;
            }
        }
        Poll<ExportResult> polled;
        try {
            if (attempt == null) {
                attempt = newAttempt();
            }
            polled = attempt.poll(cx);
        } catch (TimeoutException e) {
            cancelAttempt();
            unreachable("no result within " + destination.attemptTimeout());
            return true;
        } catch (Exception e) {
            cancelAttempt();
            destination.failures().broken(delivery.items(), "the transport threw", e);
            retry(Optional.empty(), e.toString());
            return true;
        }
        if (polled.isPending()) {
            return false;
        }
        attempt = null;
        classify(polled.get());
        return true;
    }

    private Future<ExportResult> newAttempt() {
        attemptNanos = now();
        if (!begun) {
            begun = true;
            firstAttemptNanos = attemptNanos;
        }
        Future<ExportResult> sent = transport.send(delivery.request());
        return destination.timers().timeout(destination.attemptTimeout(), sent);
    }

    /** Follows the OTLP specification, Failures: only what the server or the network asks for is tried again. */
    private void classify(ExportResult result) {
        if (result instanceof ExportResult.RetryAfter busy) {
            retry(busy.delay(), busy.reason());
        } else if (result instanceof ExportResult.Unreachable unreachable) {
            unreachable(unreachable.reason());
        } else {
            destination.gate().answered();
            destination.permits().answered();
            destination.failures().answered();
            failures = 0;
            delivery.divide(result).ifPresent(this::settle);
        }
    }

    private void unreachable(String reason) {
        if (Duration.ofNanos(now() - attemptNanos).compareTo(destination.exportTimeout()) >= 0) {
            destination.permits().timedOut(attemptNanos);
        }
        retry(Optional.empty(), reason);
    }

    private void settle(ExportResult answer) {
        if (delivery.isLast()) {
            release();
            delivery.settleLast(answer);
        } else {
            delivery.settleAndAdvance(answer);
        }
    }

    private void overLimit() {
        delivery.tellOverLimit();
        if (delivery.isLast()) {
            drop(DropReason.TOO_LARGE);
        } else {
            delivery.dropAndAdvance(DropReason.TOO_LARGE);
        }
    }

    private void retry(Optional<Duration> serverDelay, String reason) {
        failures++;
        destination.gate().failed(serverDelay);
        destination.failures().attemptFailed(reason);
        long waitNanos = destination.policy().waitNanos(failures, now() - firstAttemptNanos, serverDelay);
        if (waitNanos == RetryPolicy.GIVE_UP) {
            destination.failures().lost(settlement.items(), "not delivered in " + failures + " attempts: " + reason);
            drop(DropReason.RETRIES_EXHAUSTED);
            return;
        }
        long inTimeNanos = destination.drain().waitNanos(waitNanos, now());
        boolean draining = destination.drain().hasBegun();
        if (inTimeNanos == DrainPace.NO_TIME || (draining && !destination.retriesInDrain())) {
            destination.failures().lost(settlement.items(), "not delivered before the end of the drain: " + reason);
            drop(DropReason.DRAIN_DEADLINE);
            return;
        }
        destination.counters().backsOff(inTimeNanos);
        backoff = destination.timers().sleep(Duration.ofNanos(inTimeNanos));
        backoffAsked = serverDelay.isPresent();
        drain = draining ? null : destination.drain().begun();
        enterRoom();
        state = State.BACKING_OFF;
    }

    /** Gives the permit back while waiting, unless too many bytes wait already: then it waits with it. */
    private void enterRoom() {
        inRoom = destination.room().tryReserve(payload.bytes());
        if (inRoom) {
            releasePermit();
        }
    }

    private boolean backOff(Context cx) throws Exception {
        Sleep wait = requireNonNull(backoff);
        if (drain != null && drain.poll(cx).isReady()) {
            drain = null;
            hurry(wait);
        }
        if (!wait.pollElapsed(cx)) {
            return false;
        }
        backoff = null;
        cancelDrain();
        if (permit != null && destination.permits().reclaim(permit)) {
            permit = null;
        }
        if (permit == null) {
            acquire = destination.permits().forRetry();
            state = State.ACQUIRING;
        } else {
            state = State.ATTEMPTING;
        }
        return true;
    }

    /** A drain has begun: tried at once, or when the destination asked for it, but in time for that to help. */
    private void hurry(Sleep wait) {
        long nowNanos = now();
        long askedNanos = backoffAsked ? Math.max(0, wait.deadlineNanos() - nowNanos) : 0;
        wait.resetAfter(Math.max(0, destination.drain().waitNanos(askedNanos, nowNanos)));
    }

    private void cancelDrain() {
        if (drain != null) {
            drain.cancel();
            drain = null;
        }
    }

    private boolean acquire(Context cx) throws Exception {
        Poll<Permit> polled = requireNonNull(acquire).poll(cx);
        if (polled.isPending()) {
            return false;
        }
        acquire = null;
        permit = polled.get();
        leaveRoom();
        state = State.ATTEMPTING;
        return true;
    }

    private void drop(DropReason reason) {
        release();
        delivery.drop(reason);
    }

    /** Gives back all that this task owns, but the settlement; the attempt first, for it reads the payload. */
    private void release() {
        state = State.ENDED;
        cancelAttempt();
        if (backoff != null) {
            backoff.cancel();
            backoff = null;
        }
        cancelDrain();
        if (acquire != null) {
            acquire.cancel();
            acquire = null;
        }
        aborted.cancel();
        leaveRoom();
        payload.close();
        releasePermit();
    }

    private void cancelAttempt() {
        if (attempt != null) {
            attempt.cancel();
            attempt = null;
        }
    }

    private void leaveRoom() {
        if (inRoom) {
            inRoom = false;
            destination.room().release(payload.bytes());
        }
    }

    private void releasePermit() {
        if (permit != null) {
            destination.permits().release(permit);
            permit = null;
        }
    }

    private long now() {
        return destination.timers().clock().nanoTime();
    }

    /** The runtime ends, or a poll threw. */
    @Override
    public void cancel() {
        if (state != State.ENDED) {
            drop(cancelReason);
        }
    }
}
