package io.sluice.runtime.time;

import static java.util.Objects.requireNonNull;

import io.sluice.runtime.Future;
import io.sluice.runtime.Waker;
import io.sluice.runtime.task.WakeList;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The timers of one runtime: a wheel with a resolution of one millisecond behind one lock.
 *
 * <p>Nothing here runs by itself. Whoever holds the runtime's drivers sleeps until {@link #nextDeadlineNanos()} and
 * calls {@link #advance()}; a registration that makes that moment earlier calls the listener of
 * {@link #onEarlierDeadline}, which is to end that sleep. Deadlines are rounded up to the next millisecond since the
 * driver was made: a timer is never early and, but for the sleeper's own delay, less than a millisecond late.
 *
 * <p>All methods may be called from any thread. Wakers are woken outside of the lock. Follows
 * {@code tokio::runtime::time}.
 */
public final class TimeDriver {

    private static final long NANOS_PER_TICK = 1_000_000;

    /** Entries touched by one {@link #advance()}, so that a burst of timers holds up neither tasks nor a safepoint. */
    private static final int ENTRIES_PER_TURN = 1024;

    /** Stands for "never" in deadlines that would overflow: about 30 years, as in Tokio. */
    private static final long FAR_FUTURE_NANOS = Duration.ofDays(365 * 30).toNanos();

    private final Clock clock;
    private final long startNanos;
    private final ReentrantLock lock = new ReentrantLock();

    /** Guarded by {@link #lock}. */
    private final TimerWheel wheel = new TimerWheel();

    /** Guarded by {@link #lock}. */
    private boolean shutDown;

    /** Guarded by {@link #lock}; {@link #nextDeadlineNanos} is its twin for readers without the lock. */
    private long nextTick = Long.MAX_VALUE;

    /** Written under {@link #lock}; any thread reads. */
    private volatile long nextDeadlineNanos = Long.MAX_VALUE;

    /** Set once before use; taken away by shutdown. */
    private volatile @Nullable Runnable earlierDeadlineListener;

    /** Set before use. */
    private volatile @Nullable LongConsumer lagListener;

    public TimeDriver(Clock clock) {
        this.clock = requireNonNull(clock, "clock");
        this.startNanos = clock.nanoTime();
    }

    public Clock clock() {
        return clock;
    }

    /** A future that is ready once {@code duration} has passed; at once if it is zero or negative. */
    public Sleep sleep(Duration duration) {
        return new Sleep(this, toNanos(duration));
    }

    /** A future that is ready once the clock has reached {@code deadlineNanos}. */
    public Sleep sleepUntil(long deadlineNanos) {
        return Sleep.until(this, deadlineNanos);
    }

    /**
     * Ticks at once and then every {@code period}.
     *
     * @throws IllegalArgumentException if {@code period} is not positive
     */
    public Interval interval(Duration period, MissedTick missed) {
        return new Interval(this, toNanos(period), missed);
    }

    /**
     * Ticks first at {@code firstNanos}, at once if that has passed, and then every {@code period}.
     *
     * @throws IllegalArgumentException if {@code period} is not positive
     */
    public Interval intervalAt(long firstNanos, Duration period, MissedTick missed) {
        return new Interval(this, firstNanos, toNanos(period), missed);
    }

    /** {@code future}, but failing with {@link java.util.concurrent.TimeoutException} when {@code duration} passes first. */
    public <T> Future<T> timeout(Duration duration, Future<T> future) {
        return new Timeout<>(future, sleep(duration), duration);
    }

    /** As {@link #timeout}, until the clock has reached {@code deadlineNanos}. */
    public <T> Future<T> timeoutAt(long deadlineNanos, Future<T> future) {
        return new Timeout<>(future, sleepUntil(deadlineNanos), null);
    }

    /** Has {@code listener} told, by whoever advances, how late the earliest timer is each time that one is due. */
    public void onLag(LongConsumer listener) {
        lagListener = listener;
    }

    /** When {@link #advance()} has something to do, on {@link #clock()}; {@link Long#MAX_VALUE} if there is no timer. */
    public long nextDeadlineNanos() {
        return nextDeadlineNanos;
    }

    /**
     * Fires what is due by the clock now, earliest first. One call does a bounded amount of work; if more is due
     * afterwards, {@link #nextDeadlineNanos()} lies in the past and the caller comes again after it looked at its other
     * duties. A clock that went backwards fires nothing.
     *
     * @return how many wakers were woken
     */
    public int advance() {
        long nowNanos = clock.nanoTime();
        long next = nextDeadlineNanos;
        if (next == Long.MAX_VALUE || nowNanos - next < 0) {
            return 0;
        }
        LongConsumer listener = lagListener;
        if (listener != null) {
            listener.accept(nowNanos - next);
        }
        long nowTick = tickReached(nowNanos);
        WakeList fired = new WakeList();
        int woken = 0;
        int budget = ENTRIES_PER_TURN;
        do {
            int touched = expire(nowTick, budget, fired);
            budget -= touched;
            woken += fired.wakeAll();
            if (touched == 0) {
                break;
            }
        } while (budget > 0 && nextDeadlineNanos - nowNanos <= 0);
        return woken;
    }

    private int expire(long nowTick, int maxEntries, WakeList fired) {
        lock.lock();
        try {
            int touched = wheel.expire(Math.max(nowTick, wheel.elapsed()), maxEntries, fired);
            publish(wheel.nextTick());
            return touched;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Has {@code listener} called whenever {@link #nextDeadlineNanos()} has become earlier and when the clock was moved
     * by hand. Set once, before the first timer. It is called on the registering thread outside of the lock, must not
     * wait, and may be called when nobody sleeps.
     */
    public void onEarlierDeadline(Runnable listener) {
        earlierDeadlineListener = requireNonNull(listener, "listener");
        clock.onMoved(this::callListener);
    }

    /**
     * Ends time: everybody who waits is woken, and every poll of a timer that has not fired throws
     * {@link IllegalStateException} from now on. Idempotent.
     */
    public void shutdown() {
        earlierDeadlineListener = null;
        WakeList woken = new WakeList();
        boolean more;
        do {
            more = shutDownSome(woken);
            woken.wakeAll();
        } while (more);
    }

    private boolean shutDownSome(WakeList woken) {
        lock.lock();
        try {
            shutDown = true;
            boolean more = wheel.shutDown(woken);
            publish(Long.MAX_VALUE);
            return more;
        } finally {
            lock.unlock();
        }
    }

    /** Timers that wait, for leak checks. */
    public int timers() {
        lock.lock();
        try {
            return wheel.size();
        } finally {
            lock.unlock();
        }
    }

    /** The deadline that lies {@code delayNanos} ahead. */
    long deadlineAfter(long delayNanos) {
        return clock.nanoTime() + Math.min(delayNanos, FAR_FUTURE_NANOS);
    }

    /** Starts to wait, or ends {@code entry} at once if it is due or the driver is shut down. */
    void register(TimerEntry entry) {
        boolean earlier = false;
        Waker woken = null;
        lock.lock();
        try {
            if (shutDown) {
                woken = entry.end(TimerEntry.State.SHUT_DOWN);
            } else if (!wheel.insert(entry)) {
                woken = entry.end(TimerEntry.State.FIRED);
            } else if (entry.deadlineTick < nextTick) {
                publish(entry.deadlineTick);
                earlier = true;
            }
        } finally {
            lock.unlock();
        }
        if (earlier) {
            callListener();
        }
        if (woken != null) {
            woken.wake();
        }
    }

    /** Replaces whom a waiting entry wakes; nothing if it has ended meanwhile. */
    void changeWaker(TimerEntry entry, Waker waker) {
        lock.lock();
        try {
            if (entry.slot != null) {
                entry.setWaker(waker);
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Gives a waiting entry another tick; false if it has ended meanwhile. A later one costs next to nothing: the entry
     * stays where it is until its slot comes up.
     */
    boolean move(TimerEntry entry, long tick) {
        Waker waiter;
        lock.lock();
        try {
            if (entry.slot == null) {
                return false;
            }
            if (tick >= entry.deadlineTick) {
                entry.deadlineTick = tick;
                return true;
            }
            wheel.cancel(entry);
            waiter = requireNonNull(entry.end(TimerEntry.State.IDLE));
        } finally {
            lock.unlock();
        }
        entry.prepare(tick, waiter);
        register(entry);
        return true;
    }

    /** Forgets an entry; nothing if it has ended meanwhile. */
    void cancel(TimerEntry entry) {
        lock.lock();
        try {
            if (entry.slot == null) {
                return;
            }
            wheel.cancel(entry);
            entry.end(TimerEntry.State.IDLE);
            if (wheel.size() == 0) {
                publish(Long.MAX_VALUE);
            }
        } finally {
            lock.unlock();
        }
    }

    /** The first tick that is not before {@code deadlineNanos}. */
    long tickOf(long deadlineNanos) {
        return -Math.floorDiv(startNanos - deadlineNanos, NANOS_PER_TICK);
    }

    /** The last tick that is not after {@code nowNanos}. */
    long tickReached(long nowNanos) {
        return Math.floorDiv(nowNanos - startNanos, NANOS_PER_TICK);
    }

    /** When {@code tick} is, on the clock. */
    long nanosOf(long tick) {
        return startNanos + tick * NANOS_PER_TICK;
    }

    private void publish(long tick) {
        if (tick != nextTick) {
            nextTick = tick;
            nextDeadlineNanos = tick == Long.MAX_VALUE ? Long.MAX_VALUE : nanosOf(tick);
        }
    }

    private void callListener() {
        Runnable listener = earlierDeadlineListener;
        if (listener != null) {
            listener.run();
        }
    }

    /** Durations are cut off where deadlines would overflow, in both directions. */
    static long toNanos(Duration duration) {
        if (duration.isNegative()) {
            return duration.compareTo(Duration.ofNanos(-FAR_FUTURE_NANOS)) <= 0
                    ? -FAR_FUTURE_NANOS
                    : duration.toNanos();
        }
        return duration.compareTo(Duration.ofNanos(FAR_FUTURE_NANOS)) >= 0 ? FAR_FUTURE_NANOS : duration.toNanos();
    }
}
