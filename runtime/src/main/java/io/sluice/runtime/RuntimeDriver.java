package io.sluice.runtime;

import io.sluice.runtime.net.IoDriver;
import io.sluice.runtime.scheduler.Driver;
import io.sluice.runtime.time.TimeDriver;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Timers and I/O as one thing to sleep in: until the next deadline, in the selector if there is one.
 *
 * <p>No periodic tick: without timers and events the sleep has no end. {@link #park} and {@link #parkNow} are called by
 * the one thread that holds the driver.
 */
final class RuntimeDriver implements Driver {

    private static final long FOREVER = -1;

    private final TimeDriver time;
    private final Sleeper sleeper;

    /**
     * Whether somebody is about to sleep, or sleeps, until the deadline that he has read or will read. Written by the
     * holder before he reads the deadline; read by who made it earlier, afterwards; so one of them sees the other.
     */
    private volatile boolean sleeping;

    RuntimeDriver(TimeDriver time, @Nullable IoDriver io) {
        this.time = time;
        this.sleeper = io == null ? new ThreadSleeper() : new SelectorSleeper(io);
        time.onEarlierDeadline(this::onEarlierDeadline);
    }

    /** Where the thread sleeps. */
    private interface Sleeper {
        /** @param timeoutNanos negative for no limit, 0 for a look without sleep */
        void sleep(long timeoutNanos);

        void wake();

        void shutdown();
    }

    private record SelectorSleeper(IoDriver io) implements Sleeper {
        @Override
        public void sleep(long timeoutNanos) {
            io.poll(timeoutNanos);
        }

        @Override
        public void wake() {
            io.wakeup();
        }

        @Override
        public void shutdown() {
            io.shutdown();
        }
    }

    /** For runtimes without I/O: the thread parks. */
    private static final class ThreadSleeper implements Sleeper {
        private static final int AWAKE = 0;
        private static final int ASLEEP = 1;
        private static final int WOKEN = 2;

        private final AtomicInteger state = new AtomicInteger(AWAKE);

        /** Written before the state says ASLEEP. */
        private volatile @Nullable Thread thread;

        @Override
        public void sleep(long timeoutNanos) {
            if (timeoutNanos == 0) {
                return;
            }
            thread = Thread.currentThread();
            if (state.compareAndSet(AWAKE, ASLEEP)) {
                if (timeoutNanos < 0) {
                    LockSupport.park(this);
                } else {
                    LockSupport.parkNanos(this, timeoutNanos);
                }
            }
            state.getAndSet(AWAKE);
        }

        @Override
        public void wake() {
            if (state.getAndSet(WOKEN) == ASLEEP) {
                LockSupport.unpark(thread);
            }
        }

        @Override
        public void shutdown() {
            // nothing waits here but the thread that shuts down
        }
    }

    private void onEarlierDeadline() {
        if (sleeping) {
            sleeper.wake();
        }
    }

    @Override
    public void park() {
        sleeping = true;
        try {
            sleeper.sleep(untilNextDeadline());
        } finally {
            sleeping = false;
        }
        time.advance();
    }

    @Override
    public void parkNow() {
        sleeper.sleep(0);
        time.advance();
    }

    private long untilNextDeadline() {
        long deadline = time.nextDeadlineNanos();
        if (deadline == Long.MAX_VALUE) {
            return FOREVER;
        }
        return Math.max(0, deadline - time.clock().nanoTime());
    }

    @Override
    public void unpark() {
        sleeper.wake();
    }

    @Override
    public void shutdown() {
        time.shutdown();
        sleeper.shutdown();
    }
}
