package io.sluice.runtime.time;

import static java.util.Objects.requireNonNull;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Handle;
import io.sluice.runtime.Poll;
import io.sluice.runtime.Waker;
import io.sluice.runtime.task.WakeList;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Values that come out when their time has come, in the order of their deadlines.
 *
 * <p>The queue keeps a wheel of its own and one timer of the runtime, for the earliest deadline; so inserting, removing
 * and moving take constant time and no lock, but where the earliest deadline changes. The resolution is a millisecond,
 * as that of {@link Sleep}: nothing comes early. Unbounded.
 *
 * <p>Owner only: one task inserts, removes and polls. Its owner calls {@link #cancel} in the end. Follows {@code
 * tokio_util::time::DelayQueue}.
 *
 * @param <T> the values, not null
 */
public final class DelayQueue<T> {

    private static final long NEVER = Long.MAX_VALUE;

    /**
     * Stands for a value in the queue that made it, until the value has left.
     *
     * @param <T> the value
     */
    public static final class Key<T> {

        private final T value;
        private long deadlineNanos;

        /** Null once the value has left. */
        private @Nullable DelayQueue<T> queue;

        /** The one that counts; another that still comes up is out of date. */
        private @Nullable Registration<T> registration;

        private Key(DelayQueue<T> queue, T value) {
            this.queue = queue;
            this.value = value;
        }

        /** When the value comes out or came out, on the runtime's clock. */
        public long deadlineNanos() {
            return deadlineNanos;
        }
    }

    /**
     * A value that has left the queue.
     *
     * @param deadlineNanos when it was due, on the runtime's clock
     * @param key what {@code insert} gave for it
     */
    public record Expired<T>(T value, long deadlineNanos, Key<T> key) {}

    /** A key's place in the wheel; the wheel "wakes" it when it is due. */
    private static final class Registration<T> implements Waker {

        private final Key<T> key;
        private final Deque<Registration<T>> due;
        private final TimerEntry timer;

        Registration(Key<T> key, Deque<Registration<T>> due, long deadlineTick) {
            this.key = key;
            this.due = due;
            this.timer = new TimerEntry(deadlineTick, this);
        }

        @Override
        public void wake() {
            due.addLast(this);
        }
    }

    private final TimeDriver driver;
    private final Sleep sleep;
    private final TimerWheel wheel = new TimerWheel();
    private final WakeList fired = new WakeList();

    /** What is due and was not taken, earliest first; some of it out of date. */
    private final Deque<Registration<T>> due = new ArrayDeque<>();

    private int size;

    /** Where {@link #sleep} stands; {@link #NEVER} if there is nothing to sleep for. */
    private long armedTick = NEVER;

    /** How far the sleep has seen time come. */
    private long reachedTick;

    /** Whom the last poll told to wait. */
    private @Nullable Waker waiter;

    /** Makes an empty queue on the timers of {@code runtime}. */
    public DelayQueue(Handle runtime) {
        this(runtime.timeDriver());
    }

    DelayQueue(TimeDriver driver) {
        this.driver = driver;
        this.sleep = Sleep.until(driver, driver.clock().nanoTime());
    }

    /** Adds a value that comes out when {@code delay} has passed; at once if it is zero or negative. */
    public Key<T> insert(T value, Duration delay) {
        return insertAt(value, driver.deadlineAfter(TimeDriver.toNanos(delay)));
    }

    /** Adds a value that comes out when the runtime's clock has reached {@code deadlineNanos}. */
    public Key<T> insertAt(T value, long deadlineNanos) {
        Key<T> key = new Key<>(this, requireNonNull(value, "value"));
        size++;
        schedule(key, deadlineNanos);
        return key;
    }

    /**
     * Takes a value out before its time, or after it but before it was polled.
     *
     * @throws IllegalArgumentException if it has left, or was never in this queue
     */
    public Expired<T> remove(Key<T> key) {
        Expired<T> removed = tryRemove(key);
        if (removed == null) {
            throw unknown();
        }
        return removed;
    }

    /** As {@link #remove}, but null if the value has left or was never here. */
    public @Nullable Expired<T> tryRemove(Key<T> key) {
        if (!contains(key)) {
            return null;
        }
        unschedule(key);
        Expired<T> removed = leave(key);
        if (size == 0) {
            wakeWaiter();
        }
        return removed;
    }

    /** Whether the value of {@code key} is here, due or not. */
    public boolean contains(Key<T> key) {
        return key.queue == this;
    }

    /**
     * Has the value come out when {@code delay} has passed, counted from now, also if it was due.
     *
     * @throws IllegalArgumentException if it has left, or was never in this queue
     */
    public void reset(Key<T> key, Duration delay) {
        resetAt(key, driver.deadlineAfter(TimeDriver.toNanos(delay)));
    }

    /**
     * As {@link #reset}, for a moment on the runtime's clock. Moving a deadline away leaves everything in its place.
     *
     * @throws IllegalArgumentException if it has left, or was never in this queue
     */
    public void resetAt(Key<T> key, long deadlineNanos) {
        if (!contains(key)) {
            throw unknown();
        }
        TimerEntry timer = timerOf(key);
        long tick = driver.tickOf(deadlineNanos);
        if (timer.slot != null && tick >= timer.deadlineTick) {
            timer.deadlineTick = tick;
            key.deadlineNanos = deadlineNanos;
        } else {
            unschedule(key);
            schedule(key, deadlineNanos);
        }
    }

    private static IllegalArgumentException unknown() {
        return new IllegalArgumentException("no value of this queue has this key");
    }

    /** Values that were not taken, due or not. */
    public int size() {
        return size;
    }

    public boolean isEmpty() {
        return size == 0;
    }

    /** The next value that is due; null if the queue is empty, which is no end. Cancel-safe; to be borrowed by a select. */
    public Future<Expired<T>> nextExpired() {
        return new Future<>() {
            @Override
            public Poll<Expired<T>> poll(Context cx) {
                return pollExpired(cx);
            }

            @Override
            public void cancel() {
                stopWaiting();
            }
        };
    }

    /**
     * As a poll of {@link #nextExpired}, without a future. A task that waits is woken also by an earlier insert, and
     * when the last value is removed.
     *
     * @throws IllegalStateException if the runtime's timers were shut down
     */
    public Poll<Expired<T>> pollExpired(Context cx) {
        while (cx.proceed()) {
            Key<T> first = nextDue();
            if (first != null) {
                cx.madeProgress();
                return Poll.ready(leave(first));
            }
            if (size == 0) {
                return Poll.ready();
            }
            if (expireByClock()) {
                continue;
            }
            waiter = cx.waker();
            armAt(wheel.nextTick());
            if (!sleep.pollUnbudgeted(cx)) {
                return Poll.pending();
            }
            reachedTick = Math.max(reachedTick, armedTick);
        }
        return Poll.pending();
    }

    /** The first that is due and not out of date. */
    private @Nullable Key<T> nextDue() {
        Registration<T> first = due.pollFirst();
        while (first != null && first.key.registration != first) {
            first = due.pollFirst();
        }
        return first == null ? null : first.key;
    }

    /** Moves some of what is due to {@link #due}, the earliest first; whether there was anything. */
    private boolean expireByClock() {
        long nowTick = Math.max(driver.tickReached(driver.clock().nanoTime()), reachedTick);
        long target = Math.max(nowTick, wheel.elapsed());
        int touched;
        do {
            touched = wheel.expire(target, WakeList.CAPACITY, fired);
            fired.wakeAll();
        } while (touched > 0 && due.isEmpty());
        return !due.isEmpty();
    }

    private void schedule(Key<T> key, long deadlineNanos) {
        long tick = driver.tickOf(deadlineNanos);
        Registration<T> registration = new Registration<>(key, due, tick);
        key.deadlineNanos = deadlineNanos;
        key.registration = registration;
        if (wheel.size() == 0) {
            expireByClock(); // brings an idle wheel up to now
        }
        if (!wheel.insert(registration.timer)) {
            due.addLast(registration);
            wakeWaiter();
        } else if (tick < armedTick) {
            armAt(tick);
        }
    }

    private void unschedule(Key<T> key) {
        wheel.cancel(timerOf(key));
        key.registration = null;
    }

    private TimerEntry timerOf(Key<T> key) {
        return requireNonNull(key.registration, "a key of this queue has a registration").timer;
    }

    /** A task that waits goes on waiting, and is woken at the new tick. */
    private void armAt(long tick) {
        if (tick != armedTick) {
            armedTick = tick;
            sleep.reset(driver.nanosOf(tick));
        }
    }

    private Expired<T> leave(Key<T> key) {
        key.queue = null;
        key.registration = null;
        size--;
        if (size == 0) {
            due.clear(); // out of date, all of it
            disarm();
        }
        return new Expired<>(key.value, key.deadlineNanos, key);
    }

    private void disarm() {
        armedTick = NEVER;
        sleep.cancel();
    }

    private void wakeWaiter() {
        Waker woken = waiter;
        waiter = null;
        if (woken != null) {
            woken.wake();
        }
    }

    private void stopWaiting() {
        waiter = null;
        disarm();
    }

    /** Forgets all values and leaves the runtime's wheel; the queue is empty then and may be used again. */
    public void cancel() {
        boolean more;
        do {
            more = wheel.shutDown(fired);
            fired.wakeAll();
        } while (more);
        for (Key<T> key = nextDue(); key != null; key = nextDue()) {
            leave(key);
        }
        stopWaiting();
    }
}
