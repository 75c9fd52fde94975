package io.sluice.exporter;

import static java.util.Objects.requireNonNull;

import io.sluice.runtime.time.Clock;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Decides what people are told of one destination's trouble: the first of a kind at once, more of it once a minute and
 * with how much came meanwhile, the end of an outage if its beginning was told.
 *
 * <p>Any thread. Lines are written through an executor whose threads may wait, so a slow or deadlocked logging
 * framework of the host holds up neither a worker nor an export.
 */
final class FailureLog {

    /** A line of each kind at most once in this time. */
    private static final long QUIET_NANOS = Duration.ofMinutes(1).toNanos();

    private enum Kind {
        OUTAGE,
        REJECTED,
        PARTLY_REJECTED,
        LOST,
        BROKEN,
        REFUSED
    }

    private final String name;
    private final DiagnosticLog log;
    private final Executor writers;
    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();

    /** Guarded by {@link #lock}. */
    private final Map<Kind, Told> told = new EnumMap<>(Kind.class);

    /** Guarded by {@link #lock}: failed attempts since the last answer. */
    private long failedAttempts;

    /** Guarded by {@link #lock}: when the first of them failed. */
    private long outageStartNanos;

    /** Guarded by {@link #lock}. */
    private boolean outageTold;

    /** Guarded by {@link #lock}: refused items that were told, or were there before. */
    private long refusedTold;

    /** The last line of a kind, and what was kept quiet since. Guarded by {@link #lock}. */
    private static final class Told {

        private final long atNanos;
        private long quietItems;

        Told(long atNanos) {
            this.atNanos = atNanos;
        }
    }

    /**
     * A log for one destination.
     *
     * @param name what lines begin with: the signal and where it goes
     * @param writers runs the calls of {@code log}, on threads that may wait
     */
    FailureLog(String name, DiagnosticLog log, Executor writers, Clock clock) {
        this.name = requireNonNull(name, "name");
        this.log = requireNonNull(log, "log");
        this.writers = requireNonNull(writers, "writers");
        this.clock = requireNonNull(clock, "clock");
    }

    /** An attempt failed and may be made again. */
    void attemptFailed(String reason) {
        long nowNanos = clock.nanoTime();
        String line;
        lock.lock();
        try {
            failedAttempts++;
            if (failedAttempts == 1) {
                outageStartNanos = nowNanos;
            }
            if (!due(Kind.OUTAGE, nowNanos, 0)) {
                return;
            }
            outageTold = true;
            line = failedAttempts == 1
                    ? "export failed, will be tried again: " + reason
                    : failedAttempts + " attempts failed in " + seconds(nowNanos - outageStartNanos) + ", the last: "
                            + reason;
        } finally {
            lock.unlock();
        }
        write(Level.WARNING, line, null);
    }

    /** A drain has begun; tells how long it may take if there is reason to fear that it will. */
    void drainBegan(long heldItems, long timeoutNanos) {
        long failed;
        lock.lock();
        try {
            failed = failedAttempts;
        } finally {
            lock.unlock();
        }
        if (failed > 0 && heldItems > 0) {
            write(
                    Level.WARNING,
                    heldItems + " items are held and the last " + failed + " attempts failed; trying for "
                            + seconds(timeoutNanos) + " at most",
                    null);
        }
    }

    /** An attempt was answered. */
    void answered() {
        String line;
        lock.lock();
        try {
            if (failedAttempts == 0) {
                return;
            }
            line = "answers again after " + seconds(clock.nanoTime() - outageStartNanos) + " and " + failedAttempts
                    + " failed attempts";
            failedAttempts = 0;
            if (!outageTold) {
                return;
            }
            outageTold = false;
        } finally {
            lock.unlock();
        }
        write(Level.INFO, line, null);
    }

    /** The destination refused {@code items} for good. */
    void rejected(long items, String reason) {
        tell(Kind.REJECTED, Level.WARNING, items, "items rejected: " + reason, null);
    }

    /** The destination took a batch without {@code items}; none if it is a mere warning. */
    void partlyRejected(long items, String message) {
        tell(Kind.PARTLY_REJECTED, Level.WARNING, items, "items rejected (partial success): " + message, null);
    }

    /** {@code items} are given up here. */
    void lost(long items, String why) {
        tell(Kind.LOST, Level.WARNING, items, "items dropped: " + why, null);
    }

    /** Code of ours, an encoder's or a transport's threw. */
    void broken(long items, String what, Throwable thrown) {
        tell(Kind.BROKEN, Level.ERROR, items, "items affected: " + what, thrown);
    }

    /** What the inlet has turned away so far, or dropped to make room; tells the growth. */
    void refusedSoFar(long refusedItems) {
        long nowNanos = clock.nanoTime();
        long more;
        lock.lock();
        try {
            more = refusedItems - refusedTold;
            if (more <= 0 || !due(Kind.REFUSED, nowNanos, 0)) {
                return;
            }
            refusedTold = refusedItems;
        } finally {
            lock.unlock();
        }
        write(Level.WARNING, more + " items refused, or dropped to make room: the inbox is full or closed", null);
    }

    private void tell(Kind kind, Level level, long items, String what, @Nullable Throwable thrown) {
        long nowNanos = clock.nanoTime();
        long quietItems;
        lock.lock();
        try {
            Told before = told.get(kind);
            quietItems = before == null ? 0 : before.quietItems;
            if (!due(kind, nowNanos, items)) {
                return;
            }
        } finally {
            lock.unlock();
        }
        String more = quietItems == 0 ? "" : " (and " + quietItems + " since the last such line)";
        write(level, items + " " + what + more, thrown);
    }

    /** Whether a line of {@code kind} may be written now; if not, {@code items} are kept for the next. Under the lock. */
    private boolean due(Kind kind, long nowNanos, long items) {
        Told before = told.get(kind);
        if (before != null && nowNanos - before.atNanos < QUIET_NANOS) {
            before.quietItems += items;
            return false;
        }
        told.put(kind, new Told(nowNanos));
        return true;
    }

    private void write(Level level, String line, @Nullable Throwable thrown) {
        writers.execute(() -> log.log(level, name + ": " + line, thrown));
    }

    private static String seconds(long nanos) {
        return Duration.ofNanos(nanos).toSeconds() + " s";
    }
}
