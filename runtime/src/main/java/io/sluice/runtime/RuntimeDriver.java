package io.sluice.runtime;

import static java.util.Objects.requireNonNull;

import io.sluice.runtime.net.IoDriver;
import io.sluice.runtime.scheduler.Driver;
import io.sluice.runtime.scheduler.Parking;
import io.sluice.runtime.time.TimeDriver;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
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
    private final BooleanSupplier mayJump;

    /**
     * Whether somebody is about to sleep, or sleeps, until the deadline that he has read or will read. Written by the
     * holder before he reads the deadline; read by who made it earlier, afterwards; so one of them sees the other.
     */
    private volatile boolean sleeping;

    /** @param mayJump whether a clock that can may jump to the next deadline instead of being waited for */
    RuntimeDriver(TimeDriver time, @Nullable IoDriver io, Parking parking, BooleanSupplier mayJump) {
        this.time = time;
        this.mayJump = mayJump;
        this.sleeper = io == null ? new ThreadSleeper(parking) : new SelectorSleeper(io);
        time.onEarlierDeadline(this::onEarlierDeadline);
    }

    /** Where the thread sleeps. */
    private interface Sleeper {
        /** @param timeoutNanos negative for no limit, 0 for a look without sleep */
        void sleep(long timeoutNanos);

        void wake();

        /** Whether the next sleep has been ended already. */
        boolean isWoken();

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
        public boolean isWoken() {
            return io.isWoken();
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

        private final Parking parking;
        private final AtomicInteger state = new AtomicInteger(AWAKE);

        /** Written before the state says ASLEEP. */
        private volatile @Nullable Thread thread;

        ThreadSleeper(Parking parking) {
            this.parking = parking;
        }

        @Override
        public void sleep(long timeoutNanos) {
            if (timeoutNanos == 0) {
                return;
            }
            thread = Thread.currentThread();
            if (state.compareAndSet(AWAKE, ASLEEP)) {
                if (timeoutNanos < 0) {
                    parking.park(this);
                } else {
                    parking.parkNanos(this, timeoutNanos);
                }
            }
            state.getAndSet(AWAKE);
        }

        @Override
        public void wake() {
            if (state.getAndSet(WOKEN) == ASLEEP) {
                parking.unpark(requireNonNull(thread));
            }
        }

        @Override
        public boolean isWoken() {
            return state.get() == WOKEN;
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
        long nowNanos = time.clock().nanoTime();
        if (deadline - nowNanos > 0
                && mayJump.getAsBoolean()
                && !sleeper.isWoken()
                && time.clock().jumpTo(deadline)) {
            return 0;
        }
        return Math.max(0, deadline - nowNanos);
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
