package io.sluice.runtime;

import io.sluice.runtime.scheduler.Parking;
import io.sluice.runtime.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Semaphore;

/**
 * A world in which threads exist but run one at a time, in an order that a seed decides: the same seed gives the same
 * run, instruction for instruction, as far as the code under test does nothing random of its own.
 *
 * <p>The baton goes from one thread to the next at {@link #point}s: when the clock is read, when a thread sleeps or
 * wakes another, and wherever the code under test calls a hook. Time stands still until nobody can run, and then jumps to
 * the next moment that somebody sleeps for. If there is none and somebody is still asleep, that is a deadlock, and the
 * run fails. Points must not lie under locks.
 */
final class Simulation implements Parking, Clock {

    /** Enough for every program here; a run that takes more is stuck in a loop. */
    private static final int MAX_POINTS = 200_000;

    private static final long NEVER = Long.MAX_VALUE;

    /** One thread of the world. */
    private static final class Strand {
        private final Thread thread;
        private final Semaphore baton = new Semaphore(0);

        // Baton's holder only.
        private boolean asleep;
        private boolean wakeKept;
        private long untilNanos = NEVER;
        private boolean ended;

        Strand(Thread thread) {
            this.thread = thread;
        }
    }

    private final SplittableRandom random;
    private final Semaphore outside = new Semaphore(0);

    /** Guarded by this until the world runs; then baton's holder only. */
    private final List<Strand> strands = new ArrayList<>();

    private volatile boolean runs;

    // Baton's holder only.
    private long nowNanos = 1_000_000_000L;
    private int points;
    private RuntimeException failure;

    Simulation(long seed) {
        random = new SplittableRandom(seed);
    }

    /** Random numbers for the program under test; on a strand, or before the world runs. */
    SplittableRandom random() {
        return random;
    }

    // ---- strands ----------------------------------------------------------------------------------------------

    /** Starts a thread of the world; it begins when the world does. */
    Thread start(String name, Runnable body) {
        Thread thread = new Thread(
                () -> {
                    enter();
                    try {
                        body.run();
                    } finally {
                        leave();
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** Makes the current thread a strand, which waits for its turn. */
    void enter() {
        Strand strand = new Strand(Thread.currentThread());
        synchronized (this) {
            strands.add(strand);
            notifyAll();
        }
        strand.baton.acquireUninterruptibly();
    }

    /** The current thread is a strand no more. */
    void leave() {
        current().ended = true;
        passOn(null);
    }

    /** Waits until {@code count} strands have entered, runs the world until all have left, and says how that ended. */
    void run(int count) throws InterruptedException {
        synchronized (this) {
            while (strands.size() < count) {
                wait(30_000);
            }
            strands.sort(Comparator.comparing(strand -> strand.thread.getName()));
        }
        runs = true;
        passOn(null);
        outside.acquire();
        runs = false;
        if (failure != null) {
            throw failure;
        }
    }

    private Strand current() {
        Thread thread = Thread.currentThread();
        for (Strand strand : strands) {
            if (strand.thread == thread) {
                return strand;
            }
        }
        throw new AssertionError(thread + " is no thread of this world");
    }

    // ---- the baton --------------------------------------------------------------------------------------------

    /** Somebody else may go on here. */
    void point() {
        if (runs) {
            passOn(current());
        }
    }

    /** Gives the baton to a strand that can run, perhaps {@code from} itself; who gave it away waits until it is back. */
    private void passOn(Strand from) {
        if (++points > MAX_POINTS) {
            fail("after " + MAX_POINTS + " points the world still runs");
        }
        Strand next = failure == null ? choose() : null;
        if (next == null) {
            outside.release();
        } else if (next != from) {
            next.baton.release();
        }
        if (from != null && next != from) {
            from.baton.acquireUninterruptibly();
        }
    }

    private Strand choose() {
        List<Strand> ready = strands.stream()
                .filter(strand -> !strand.asleep && !strand.ended)
                .toList();
        if (ready.isEmpty()) {
            return wakeNext();
        }
        return ready.get(random.nextInt(ready.size()));
    }

    /** Time jumps, because everybody sleeps. */
    private Strand wakeNext() {
        Strand next = strands.stream()
                .filter(strand -> !strand.ended)
                .min(Comparator.comparingLong(strand -> strand.untilNanos))
                .orElse(null);
        if (next == null) {
            return null; // all have left
        }
        if (next.untilNanos == NEVER) {
            fail("nobody can run: "
                    + strands.stream()
                            .filter(s -> !s.ended)
                            .map(s -> s.thread.getName())
                            .toList());
            return null;
        }
        nowNanos = Math.max(nowNanos, next.untilNanos);
        next.asleep = false;
        return next;
    }

    private void fail(String what) {
        if (failure == null) {
            failure = new IllegalStateException(what);
        }
    }

    // ---- what the runtime sees --------------------------------------------------------------------------------

    @Override
    public void park(Object blocker) {
        sleep(NEVER);
    }

    @Override
    public void parkNanos(Object blocker, long nanos) {
        sleep(nowNanos + nanos);
    }

    private void sleep(long untilNanos) {
        Strand self = current();
        point();
        if (!self.wakeKept && random.nextInt(50) != 0) { // now and then a sleep ends for no reason
            self.asleep = true;
            self.untilNanos = untilNanos;
            passOn(self);
            self.untilNanos = NEVER;
        }
        self.wakeKept = false;
    }

    @Override
    public void unpark(Thread thread) {
        for (Strand strand : strands) {
            if (strand.thread == thread) {
                strand.wakeKept = true;
                strand.asleep = false;
            }
        }
        point();
    }

    @Override
    public long nanoTime() {
        if (runs && random.nextInt(4) == 0) {
            point();
        }
        return nowNanos;
    }
}
