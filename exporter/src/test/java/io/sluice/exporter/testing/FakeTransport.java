package io.sluice.exporter.testing;

import static java.util.Objects.requireNonNull;

import io.sluice.exporter.ExportResult;
import io.sluice.exporter.Payload;
import io.sluice.exporter.Transport;
import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;
import io.sluice.runtime.time.Sleep;
import io.sluice.runtime.time.TimeDriver;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A destination that keeps what {@link IdEncoder} encoded and answers as it is told.
 *
 * <p>Scripted answers are used up first, one an attempt; after them {@link #byDefault} answers. Ids are kept when the
 * answer says that they were taken: all of a delivered batch, all but the first few of a partly rejected one. An answer
 * can also take the ids and still fail, as a connection does that breaks after the request.
 *
 * <p>Of batches that the answer makes the pipeline divide, single ids count as refused for good, which is right where
 * each id is a sender of its own. Any thread. Delays run on the timers given, so a manual clock moves them.
 */
public final class FakeTransport implements Transport {

    /** What the destination does with one attempt. */
    @FunctionalInterface
    public interface Behaviour {

        /** Decides about attempt number {@code attempt}, counted from 1, with {@code ids} inside. */
        Answer answer(long attempt, List<Long> ids);
    }

    /**
     * One answer.
     *
     * @param after how long it takes; null for ever
     * @param result what the pipeline hears
     * @param keeps whether the ids arrive although the result is not a delivery
     */
    public record Answer(@Nullable Duration after, ExportResult result, boolean keeps) {

        /** {@code result}, at once. */
        public static Answer now(ExportResult result) {
            return new Answer(Duration.ZERO, result, false);
        }

        /** {@code result}, later. */
        public static Answer after(Duration delay, ExportResult result) {
            return new Answer(delay, result, false);
        }

        /** None at all. */
        public static Answer never() {
            return new Answer(null, new ExportResult.Unreachable("never"), false);
        }

        /** The ids arrive, the answer does not. */
        public static Answer lostOnTheWayBack() {
            return new Answer(Duration.ZERO, new ExportResult.Unreachable("connection reset after the request"), true);
        }
    }

    public static final ExportResult DELIVERED = new ExportResult.Delivered();
    public static final ExportResult DOWN = new ExportResult.Unreachable("connection refused");
    public static final ExportResult REJECTED = new ExportResult.Rejected("400 bad data");
    public static final ExportResult BUSY = new ExportResult.RetryAfter(Optional.empty(), "503 busy");

    private final TimeDriver timers;
    private final ReentrantLock lock = new ReentrantLock();

    /** Guarded by {@link #lock}. */
    private final Queue<Answer> script = new ArrayDeque<>();

    /** Guarded by {@link #lock}. */
    private Behaviour behaviour = (attempt, ids) -> Answer.now(DELIVERED);

    /** Guarded by {@link #lock}; in the order of arrival, doubles included. */
    private final List<Long> arrived = new ArrayList<>();

    /** Guarded by {@link #lock}; sizes of the batches that arrived. */
    private final List<Integer> arrivedBatches = new ArrayList<>();

    /** Guarded by {@link #lock}; ids that the pipeline was told were taken. */
    private long acknowledged;

    /** Guarded by {@link #lock}; ids that the pipeline was told were refused for good. */
    private long rejected;

    /** Guarded by {@link #lock}. */
    private long attempts;

    /** Guarded by {@link #lock}. */
    private int inFlight;

    /** Guarded by {@link #lock}. */
    private int maxInFlight;

    /** Guarded by {@link #lock}. */
    private boolean shutDown;

    public FakeTransport(TimeDriver timers) {
        this.timers = requireNonNull(timers, "timers");
    }

    /** {@link #byDefault(Behaviour)} with the same result each time, at once. */
    public FakeTransport byDefault(ExportResult result) {
        return byDefault((attempt, ids) -> Answer.now(result));
    }

    /** What attempts are answered with once the script is used up. May change at any time. */
    public FakeTransport byDefault(Behaviour newBehaviour) {
        lock.lock();
        try {
            behaviour = newBehaviour;
        } finally {
            lock.unlock();
        }
        return this;
    }

    /** Answers for the next attempts, one each. */
    public FakeTransport next(Answer... answers) {
        lock.lock();
        try {
            script.addAll(List.of(answers));
        } finally {
            lock.unlock();
        }
        return this;
    }

    /** {@link #next(Answer...)}, at once. */
    public FakeTransport next(ExportResult... results) {
        for (ExportResult result : results) {
            next(Answer.now(result));
        }
        return this;
    }

    @Override
    public Future<ExportResult> send(Payload payload) {
        return new Attempt(payload);
    }

    @Override
    public Future<Void> shutdown() {
        return cx -> {
            lock.lock();
            try {
                shutDown = true;
            } finally {
                lock.unlock();
            }
            return Poll.ready();
        };
    }

    /** One attempt; like a real one it begins with the first poll and ends with its answer or a cancel. */
    private final class Attempt implements Future<ExportResult> {

        private final Payload payload;

        /** Present while in flight. */
        private @Nullable Answer answer;

        private @Nullable Sleep delay;
        private List<Long> ids = List.of();

        Attempt(Payload payload) {
            this.payload = payload;
        }

        @Override
        public Poll<ExportResult> poll(Context cx) {
            Answer current = answer == null ? begin() : answer;
            if (current.after() == null) {
                return Poll.pending();
            }
            if (delay == null) {
                delay = timers.sleep(current.after());
            }
            if (!delay.pollElapsed(cx)) {
                return Poll.pending();
            }
            end(current);
            return Poll.ready(current.result());
        }

        private Answer begin() {
            ids = IdEncoder.decode(payload);
            lock.lock();
            try {
                attempts++;
                Answer scripted = script.poll();
                Answer chosen = scripted == null ? behaviour.answer(attempts, ids) : scripted;
                answer = chosen;
                inFlight++;
                maxInFlight = Math.max(maxInFlight, inFlight);
                return chosen;
            } finally {
                lock.unlock();
            }
        }

        private void end(Answer given) {
            answer = null;
            lock.lock();
            try {
                inFlight--;
                tell(given.result());
                List<Long> kept = kept(given);
                if (!kept.isEmpty()) {
                    arrived.addAll(kept);
                    arrivedBatches.add(kept.size());
                }
            } finally {
                lock.unlock();
            }
        }

        /** Under the lock. */
        private void tell(ExportResult result) {
            long refused = 0;
            if (result instanceof ExportResult.TooLarge || result instanceof ExportResult.BadData) {
                rejected += ids.size() == 1 ? 1 : 0; // others are divided
                return;
            }
            if (result instanceof ExportResult.PartiallyRejected partly) {
                refused = Math.min(ids.size(), partly.rejectedItems());
            } else if (result instanceof ExportResult.Rejected) {
                refused = ids.size();
            } else if (!(result instanceof ExportResult.Delivered)) {
                return;
            }
            rejected += refused;
            acknowledged += ids.size() - refused;
        }

        private List<Long> kept(Answer given) {
            if (given.result() instanceof ExportResult.PartiallyRejected partly) {
                return ids.subList((int) Math.min(ids.size(), partly.rejectedItems()), ids.size());
            }
            return given.keeps() || given.result() instanceof ExportResult.Delivered ? ids : List.of();
        }

        @Override
        public void cancel() {
            if (delay != null) {
                delay.cancel();
            }
            if (answer != null) {
                lock.lock();
                try {
                    inFlight--;
                } finally {
                    lock.unlock();
                }
                answer = null;
            }
        }
    }

    /** What came, in the order of arrival; an id that came twice is in it twice. */
    public List<Long> arrived() {
        lock.lock();
        try {
            return List.copyOf(arrived);
        } finally {
            lock.unlock();
        }
    }

    /** Sizes of the batches that came. */
    public List<Integer> arrivedBatches() {
        lock.lock();
        try {
            return List.copyOf(arrivedBatches);
        } finally {
            lock.unlock();
        }
    }

    /** How many ids the pipeline was told were taken; those of answers that got lost are not among them. */
    public long acknowledged() {
        lock.lock();
        try {
            return acknowledged;
        } finally {
            lock.unlock();
        }
    }

    /** How many ids the pipeline was told were refused for good. */
    public long rejected() {
        lock.lock();
        try {
            return rejected;
        } finally {
            lock.unlock();
        }
    }

    /** Attempts begun. */
    public long attempts() {
        lock.lock();
        try {
            return attempts;
        } finally {
            lock.unlock();
        }
    }

    /** Attempts begun and neither answered nor cancelled. */
    public int inFlight() {
        lock.lock();
        try {
            return inFlight;
        } finally {
            lock.unlock();
        }
    }

    /** The most attempts that were in flight at once. */
    public int maxInFlight() {
        lock.lock();
        try {
            return maxInFlight;
        } finally {
            lock.unlock();
        }
    }

    public boolean isShutDown() {
        lock.lock();
        try {
            return shutDown;
        } finally {
            lock.unlock();
        }
    }
}
