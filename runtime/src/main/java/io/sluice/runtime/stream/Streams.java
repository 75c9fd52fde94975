package io.sluice.runtime.stream;

import static java.util.Objects.requireNonNull;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;
import io.sluice.runtime.sync.Broadcast;
import io.sluice.runtime.sync.ClosedException;
import io.sluice.runtime.sync.LaggedException;
import io.sluice.runtime.sync.Mpmc;
import io.sluice.runtime.sync.Mpsc;
import io.sluice.runtime.time.Interval;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Streams out of what else gives several values. What is passed in belongs to the stream from then on. */
public final class Streams {

    private Streams() {}

    /** No value. */
    public static <T> Stream<T> empty() {
        return cx -> Poll.ready();
    }

    /** The values of {@code values}, within the budget of the task. */
    @SafeVarargs
    @SuppressWarnings("varargs")
    public static <T> Stream<T> of(T... values) {
        return of(List.of(values));
    }

    /** The values of {@code values}, within the budget of the task; the iterator is made now and must not wait. */
    public static <T> Stream<T> of(Iterable<? extends T> values) {
        Iterator<? extends T> iterator = values.iterator();
        return generate(() -> iterator.hasNext() ? iterator.next() : null);
    }

    /** What {@code supplier} gives, until that is null, within the budget of the task. */
    public static <T> Stream<T> generate(Supplier<? extends @Nullable T> supplier) {
        requireNonNull(supplier, "supplier");
        return cx -> {
            if (!cx.proceed()) {
                return Poll.pending();
            }
            cx.madeProgress();
            return Poll.ready(supplier.get());
        };
    }

    /** The result of {@code future}, which is not null, and then the end. */
    public static <T> Stream<T> once(Future<T> future) {
        return new Once<>(requireNonNull(future, "future"));
    }

    /** What comes through a channel, until it ends. Cancel closes the receiver and discards what waits. */
    public static <T> Stream<T> of(Mpsc.Receiver<T> receiver) {
        requireNonNull(receiver, "receiver");
        return new Stream<>() {
            @Override
            public Poll<T> pollNext(Context cx) {
                return receiver.pollRecv(cx);
            }

            @Override
            public void cancel() {
                receiver.closeAndDiscard();
            }
        };
    }

    /** What this receiver gets of a channel, until it ends. Cancel gives this receiver up; the others go on. */
    public static <T> Stream<T> of(Mpmc.Receiver<T> receiver) {
        return new Repeated<>(requireNonNull(receiver, "receiver")::recv, receiver::close);
    }

    /**
     * What is broadcast, until the last sender is closed. A poll after values were missed throws
     * {@link LaggedException}; this stream may be polled again then. Cancel closes the receiver.
     */
    public static <T> Stream<T> of(Broadcast.Receiver<T> receiver) {
        requireNonNull(receiver, "receiver");
        return new Stream<>() {
            @Override
            public Poll<T> pollNext(Context cx) throws LaggedException {
                try {
                    return receiver.pollRecv(cx);
                } catch (ClosedException e) {
                    receiver.close();
                    return Poll.ready();
                }
            }

            @Override
            public void cancel() {
                receiver.close();
            }
        };
    }

    /** The moments for which the ticks of {@code interval} were scheduled, without an end. Cancel cancels it. */
    public static Stream<Long> of(Interval interval) {
        requireNonNull(interval, "interval");
        return new Stream<>() {
            @Override
            public Poll<Long> pollNext(Context cx) {
                return interval.pollTick(cx) ? Poll.ready(interval.tickNanos()) : Poll.pending();
            }

            @Override
            public void cancel() {
                interval.cancel();
            }
        };
    }

    /** The results of one future after the other, until one is null. Owner only. */
    private static final class Repeated<T> implements Stream<T> {

        private final Supplier<Future<T>> make;
        private final Runnable close;
        private @Nullable Future<T> current;

        Repeated(Supplier<Future<T>> make, Runnable close) {
            this.make = make;
            this.close = close;
        }

        @Override
        public Poll<T> pollNext(Context cx) throws Exception {
            Future<T> future = current;
            if (future == null) {
                future = make.get();
                current = future;
            }
            Poll<T> polled = future.poll(cx);
            if (polled.isReady()) {
                current = null;
                if (polled.get() == null) {
                    close.run();
                }
            }
            return polled;
        }

        @Override
        public void cancel() {
            Future<T> future = current;
            current = null;
            if (future != null) {
                future.cancel();
            }
            close.run();
        }
    }

    /** Owner only. */
    private static final class Once<T> implements Stream<T> {

        private @Nullable Future<T> future;

        Once(Future<T> future) {
            this.future = future;
        }

        @Override
        public Poll<T> pollNext(Context cx) throws Exception {
            Future<T> current = future;
            if (current == null) {
                return Poll.ready();
            }
            Poll<T> polled = current.poll(cx);
            if (polled.isReady()) {
                future = null;
                requireNonNull(polled.get(), "the future gave null");
            }
            return polled;
        }

        @Override
        public void cancel() {
            Future<T> current = future;
            future = null;
            if (current != null) {
                current.cancel();
            }
        }
    }
}
