package io.sluice.batching;

import static java.util.Objects.requireNonNull;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;
import io.sluice.runtime.sync.Mpsc;
import io.sluice.runtime.sync.Permit;
import io.sluice.runtime.time.Sleep;
import io.sluice.runtime.time.TimeDriver;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The task that turns a stream of items into batches: one select over received items, the age of the first of them,
 * flush requests and shutdown.
 *
 * <pre>
 *                 due: count | bytes | age | flush | drain            permit
 *   GATHERING ----------------------------------------> WAITING ----------------> batch to the sink, GATHERING
 *       |  inlet closed and inbox empty                     |
 *       |                 drain deadline: the rest is dropped, the sink aborts
 *       v                                                   v
 *    SETTLING  <-------------------------------------- DISCARDING
 *       |  every batch settled
 *       v
 *     ENDED
 * </pre>
 *
 * <p>Items stay in the bounded channel until a permit is in hand, so a slow destination fills the inbox and then turns
 * producers away, and nothing else grows. The batch that leaves takes as many as wait, up to its own limits: it grows
 * with the backlog, and under a steady load with the interval that lies between two batches. While the inbox is empty, and between the first item and a full batch, the task is not woken at
 * all; a producer pays for a wake twice a batch at most.
 *
 * <p>The age of a batch counts from the moment when the loop saw its first item. Items left over from a batch that took
 * all there was arrived after it; those left over because it was full keep the age of its first item, and are thus sent
 * early rather than late.
 *
 * <p>A heap that is full does not end the task: it waits a moment and goes on where it was, and what it holds stays
 * pending until then.
 *
 * <p>{@link #inlet}, {@link #flush} and {@link #drain} may be called on any thread; {@link #poll} and {@link #cancel}
 * belong to the task. All other fields are the task's alone.
 *
 * @param <T> what waits in the channel
 */
public final class BatchLoop<T> implements Future<Void> {

    private enum State {
        GATHERING,
        WAITING,
        DISCARDING,
        SETTLING,
        ENDED
    }

    private enum Due {
        NOT_YET,
        NOW,
        NEVER
    }

    /**
     * How often a task that is cancelled, and must not wait, looks for the item of a producer that was let in before
     * the close and is about to put it there.
     */
    private static final int MAX_LOOKS = 10_000;

    /** What the task leaves to others when there is no memory. */
    private static final Duration WANT_OF_MEMORY = Duration.ofMillis(10);

    private final TimeDriver timers;
    private final ItemMeasure<? super T> measure;
    private final Supplier<? extends Future<Permit>> permits;
    private final BatchSink<T> sink;
    private final long maxAgeNanos;
    private final long minIntervalNanos;

    private final Account account;
    private final InFlight inFlight;
    private final Requests requests = new Requests();
    private final Completion<DrainReport> ended = new Completion<>();
    private final Inlet<T> inlet;
    private final Inbox<T> inbox;

    private State state = State.GATHERING;

    /** Whether {@link #age} runs for the items that wait. */
    private boolean ageArmed;

    /** Left to run out when a batch leaves by count: moving it is cheaper than ending it. */
    private final Sleep age;

    /** Whether {@link #pause} runs: a batch has left within the interval. */
    private boolean pausing;

    private final Sleep pause;

    /** Runs after a poll for which there was no memory. */
    private final Sleep breath;

    /** Present while draining. */
    private @Nullable Sleep deadline;

    /** Present while waiting for a permit. */
    private @Nullable Future<Permit> acquire;

    /** Whether the sink was told to end its work. */
    private boolean aborted;

    /** What is counted if the task ends without a drain. */
    private DropReason endReason = DropReason.ABORTED;

    /**
     * A loop that becomes a task when it is spawned.
     *
     * @param permits asked for one permit at a time; the future is cancelled if the loop ends before it has one
     */
    public BatchLoop(
            BatchSettings settings,
            ItemMeasure<? super T> measure,
            Account account,
            Supplier<? extends Future<Permit>> permits,
            BatchSink<T> sink,
            TimeDriver timers) {
        this(settings, measure, account, permits, sink, new Arrivals<>(), timers);
    }

    /**
     * A loop that takes items in another order than the one they came in.
     *
     * @param lineup the task's from here on
     */
    public BatchLoop(
            BatchSettings settings,
            ItemMeasure<? super T> measure,
            Account account,
            Supplier<? extends Future<Permit>> permits,
            BatchSink<T> sink,
            Lineup<T> lineup,
            TimeDriver timers) {
        this.timers = requireNonNull(timers, "timers");
        this.measure = requireNonNull(measure, "measure");
        this.account = requireNonNull(account, "account");
        this.permits = requireNonNull(permits, "permits");
        this.sink = requireNonNull(sink, "sink");
        this.maxAgeNanos = Nanos.of(settings.maxBatchAge());
        this.minIntervalNanos = Nanos.of(settings.minBatchInterval());
        this.age = timers.sleep(settings.maxBatchAge());
        this.pause = timers.sleep(settings.minBatchInterval());
        this.breath = timers.sleep(WANT_OF_MEMORY);
        this.inFlight = new InFlight(account);
        Mpsc.Channel<T> channel = Mpsc.bounded(settings.maxQueueItems());
        Outflow<T> outflow = new Outflow<>(channel.receiver(), measure, account, settings.overflow());
        this.inlet = new Inlet<>(channel.sender(), outflow, measure, account, requests, settings.overflow());
        this.inbox = new Inbox<>(outflow, measure, settings, sink, lineup, this::leftOut);
    }

    /** Where producers put items. */
    public Inlet<T> inlet() {
        return inlet;
    }

    /**
     * Sends what is held without waiting for count or age. The future is ready once every item accepted before this
     * call is settled; true only if all that was not settled yet by then was delivered. An item that is lost while the
     * flush is under way may make it false although it was accepted later. It has no time limit of its own.
     */
    public Future<Boolean> flush() {
        Completion<Boolean> completion = new Completion<>();
        if (!requests.flush(new FlushRequest(completion, account.lostItems()))) {
            completion.complete(true);
        }
        return completion.await();
    }

    /**
     * Sends what is held, and what still comes, without waiting for count or age, until the inlet is closed and
     * everything is settled, or until {@code timeout} has passed: then what is left is counted as dropped. The inlet
     * goes on accepting until it is closed. Asked several times, the earliest deadline holds and each future is ready
     * at the end.
     */
    public Future<DrainReport> drain(Duration timeout) {
        requests.drain(timers.clock().nanoTime(), Nanos.of(timeout));
        return ended.await();
    }

    @Override
    public Poll<Void> poll(Context cx) throws Exception {
        boolean threw = true;
        try {
            Poll<Void> polled = step(cx);
            threw = false;
            return polled;
        } catch (OutOfMemoryError full) {
            outlast(cx);
            threw = false;
            return Poll.pending();
        } finally {
            if (threw) {
                endReason = DropReason.INTERNAL_ERROR;
            }
        }
    }

    /** Sees to another poll soon. A future that threw is not polled again. */
    private void outlast(Context cx) {
        if (acquire != null) {
            acquire.cancel();
            acquire = null;
            state = State.GATHERING;
        }
        boolean waits = false;
        try {
            breath.reset(timers.clock().nanoTime() + WANT_OF_MEMORY.toNanos());
            waits = !breath.pollElapsed(cx);
        } finally {
            if (!waits) {
                cx.waker().wake();
            }
        }
    }

    private Poll<Void> step(Context cx) throws Exception {
        requests.register(cx.waker());
        absorbRequests();
        while (state != State.ENDED) {
            if (!aborted && deadline != null && deadline.pollElapsed(cx)) {
                giveUp(DropReason.DRAIN_DEADLINE);
            }
            boolean progress = switch (state) {
                case GATHERING -> gather(cx);
                case WAITING -> awaitPermit(cx);
                case DISCARDING -> discard(cx);
                case SETTLING -> settle(cx);
                case ENDED -> true;
            };
            if (!progress) {
                return Poll.pending();
            }
        }
        return Poll.ready();
    }

    /** Flushes cover what the inbox holds at this moment, which includes all that was accepted before the request. */
    private void absorbRequests() {
        for (FlushRequest flush = requests.nextFlush(); flush != null; flush = requests.nextFlush()) {
            int covered = inbox.size();
            evicted(); // before this flush begins: what made room until now is not among what it waits for
            inFlight.beginFlush(flush, covered);
            requests.begun(flush);
        }
        if (requests.isClosing()) {
            inbox.close();
        }
        if (requests.isDraining()) {
            long deadlineNanos = requests.drainDeadlineNanos();
            if (deadline == null) {
                deadline = timers.sleepUntil(deadlineNanos);
                sink.draining(deadlineNanos);
            } else if (deadline.deadlineNanos() != deadlineNanos) {
                deadline.reset(deadlineNanos);
                sink.draining(deadlineNanos);
            }
        }
    }

    private boolean gather(Context cx) {
        return switch (due(cx)) {
            case NOT_YET -> false;
            case NOW -> {
                acquire = permits.get();
                state = State.WAITING;
                yield true;
            }
            case NEVER -> {
                state = State.SETTLING;
                yield true;
            }
        };
    }

    /** Whether a batch is to leave. Count comes before age, for it needs no clock. */
    private Due due(Context cx) {
        if (inbox.takenItems() > 0) {
            return Due.NOW;
        }
        if (inbox.size() == 0) {
            ageArmed = false;
            evicted();
            inFlight.inboxEmpty();
            if (!inbox.pollSize(cx, 1)) {
                return Due.NOT_YET;
            }
            if (inbox.size() == 0) {
                return Due.NEVER;
            }
        }
        if (!ageArmed) {
            ageArmed = true;
            age.reset(timers.clock().nanoTime() + maxAgeNanos);
        }
        if (pausing && pause.pollElapsed(cx)) {
            pausing = false;
        }
        int dueItems = pausing ? inbox.fullItems() : inbox.dueItems();
        boolean due = inbox.size() >= dueItems
                || deadline != null
                || inFlight.wantsItems()
                || age.pollElapsed(cx)
                || inbox.pollSize(cx, dueItems);
        return due ? Due.NOW : Due.NOT_YET;
    }

    private boolean awaitPermit(Context cx) throws Exception {
        Poll<Permit> polled = requireNonNull(acquire).poll(cx);
        if (polled.isPending()) {
            return false;
        }
        acquire = null;
        state = State.GATHERING;
        dispatch(polled.get());
        return true;
    }

    /** The one place where items leave the inbox with a permit in hand. */
    private void dispatch(Permit permit) {
        Settlement settlement = null;
        int taken;
        int leftOut;
        try {
            int waiting = inbox.takenItems() + inbox.leftOutItems() + inbox.size();
            taken = inbox.take();
            leftOut = inbox.leftOutItems();
            if (taken >= waiting) {
                ageArmed = false;
            }
            settlement = inbox.takenItems() == 0 ? null : nextSettlement();
        } finally {
            if (settlement == null) {
                permit.close();
            }
        }
        inbox.handedOver();
        if (settlement != null) {
            handOver(settlement, permit);
            pause();
        }
        evicted();
        inFlight.taken(taken, leftOut);
    }

    private void pause() {
        if (minIntervalNanos > 0) {
            pause.reset(timers.clock().nanoTime() + minIntervalNanos);
            pausing = true;
        }
    }

    /** Items that producers took away are lost to the flushes that wait for them; they were the oldest ones. */
    private void evicted() {
        long items = inbox.takeEvicted();
        if (items > 0) {
            inFlight.taken(items, items);
        }
    }

    private Settlement nextSettlement() {
        long number = inFlight.nextBatch();
        return new Settlement(account, inbox.takenWeight(), allDelivered -> inFlight.settled(number, allDelivered));
    }

    private void handOver(Settlement settlement, Permit permit) {
        inFlight.started();
        boolean threw = true;
        try {
            sink.accept(settlement, permit);
            threw = false;
        } finally {
            if (threw && !settlement.isSettled()) {
                permit.close();
                settlement.dropped(DropReason.INTERNAL_ERROR);
            }
        }
    }

    private void leftOut(T item, DropReason reason, @Nullable Throwable cause) {
        account.droppedUnsent(reason, measure.count(item));
        sink.leftOut(item, reason, cause);
    }

    /** The deadline has come: nobody is let in, nothing more goes out. */
    private void giveUp(DropReason reason) {
        aborted = true;
        inlet.close();
        inbox.close();
        if (acquire != null) {
            acquire.cancel();
            acquire = null;
        }
        sink.abort(reason);
        state = State.DISCARDING;
    }

    /** Senders that were in the middle of it when the inbox was closed are waited for; they are about to be done. */
    private boolean discard(Context cx) {
        discardAll(DropReason.DRAIN_DEADLINE);
        if (!inbox.pollSize(cx, 1)) {
            return false;
        }
        if (inbox.size() == 0) {
            state = State.SETTLING;
        }
        return true;
    }

    private void discardAll(DropReason reason) {
        for (T item = inbox.discard(); item != null; item = inbox.discard()) {
            account.droppedUnsent(reason, measure.count(item));
            sink.discarded(item, reason);
            inFlight.taken(1, 1);
        }
    }

    private boolean settle(Context cx) {
        if (!inFlight.pollIdle(cx.waker())) {
            return false;
        }
        end();
        return true;
    }

    /** Batches may still be unsettled if the task was cancelled. */
    private void end() {
        age.cancel();
        pause.cancel();
        breath.cancel();
        if (deadline != null) {
            deadline.cancel();
        }
        evicted();
        inFlight.inboxEmpty();
        requests.end();
        for (FlushRequest flush = requests.nextFlush(); flush != null; flush = requests.nextFlush()) {
            inFlight.beginFlush(flush, 0);
            requests.begun(flush);
        }
        if (inFlight.pollIdle(this::report)) {
            report();
        }
        state = State.ENDED;
    }

    private void report() {
        long tookNanos = requests.isDraining() ? timers.clock().nanoTime() - requests.drainStartNanos() : 0;
        AccountSnapshot last = account.snapshot();
        boolean inTime = !aborted && !last.dropped().containsKey(DropReason.DRAIN_DEADLINE.key());
        ended.complete(new DrainReport(last, inTime, Duration.ofNanos(tookNanos)));
    }

    @Override
    public void cancel() {
        if (state == State.ENDED) {
            return;
        }
        giveUp(endReason);
        for (int looks = 0; looks < MAX_LOOKS && !inbox.hasEnded(); looks++) {
            discardAll(endReason);
        }
        end();
    }
}
