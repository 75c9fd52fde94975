package io.sluice.exporter.headers;

import static java.util.Objects.requireNonNull;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Handle;
import io.sluice.runtime.JoinException;
import io.sluice.runtime.JoinHandle;
import io.sluice.runtime.Poll;
import io.sluice.runtime.sync.Permit;
import io.sluice.runtime.sync.Semaphore;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Asks a {@link HeaderSource} on the runtime's blocking threads, for one transport. Any thread.
 *
 * <p>A call that hangs cannot be ended from outside. So that such calls, one more for each attempt, do not take up the
 * runtime's threads one by one, there are never more than {@link #CALLS_AT_ONCE}; an attempt that finds as many waits
 * its turn, until its own time limit.
 */
public final class HeaderCalls {

    /** One may be slow while the next is quick. */
    private static final int CALLS_AT_ONCE = 2;

    private final Handle handle;
    private final HeaderSource source;
    private final Semaphore turns = new Semaphore(CALLS_AT_ONCE);

    public HeaderCalls(Handle handle, HeaderSource source) {
        this.handle = requireNonNull(handle, "handle");
        this.source = requireNonNull(source, "source");
    }

    /**
     * The headers for one attempt; fails with {@link HeadersException} if the source fails. Cancelling gives up waiting;
     * a call that has begun goes on.
     */
    public Asking ask() {
        return new Asking();
    }

    /** Calls that could begin now, for leak checks. */
    int availableTurns() {
        return turns.availablePermits();
    }

    /** {@link #ask}. */
    public final class Asking implements Future<Map<String, String>> {

        // All fields: whoever polls or cancels.
        private @Nullable Future<Permit> turn;
        private @Nullable Call call;
        private @Nullable JoinHandle<Answer> asked;

        private Asking() {}

        @Override
        public Poll<Map<String, String>> poll(Context cx) throws Exception {
            if (asked == null) {
                if (turn == null) {
                    turn = turns.acquire();
                }
                Poll<Permit> permit = turn.poll(cx);
                if (permit.isPending()) {
                    return Poll.pending();
                }
                turn = null;
                call = new Call(permit.get());
                asked = handle.spawnBlocking(call);
            }
            return pollAsked(cx, asked);
        }

        private Poll<Map<String, String>> pollAsked(Context cx, JoinHandle<Answer> answer) throws HeadersException {
            Answer given;
            try {
                Poll<Answer> polled = answer.poll(cx);
                if (polled.isPending()) {
                    return Poll.pending();
                }
                given = polled.get();
            } catch (JoinException e) {
                given = new Answer(Map.of(), "the runtime is shutting down");
            }
            asked = null;
            giveTurnBack();
            if (given.failure() != null) {
                throw new HeadersException(given.failure());
            }
            return Poll.ready(given.headers());
        }

        /** What it is doing, for the message of a timeout. The owner only, like a poll. */
        public String progress() {
            return asked == null
                    ? "waiting while " + CALLS_AT_ONCE + " earlier calls to the source of headers do not return"
                    : "waiting for the source of headers";
        }

        private void giveTurnBack() {
            if (call != null) {
                call.neverBegan();
                call = null;
            }
        }

        @Override
        public void cancel() {
            if (turn != null) {
                turn.cancel();
                turn = null;
            }
            if (asked != null) {
                asked.abort();
                asked.detach();
                asked = null;
            }
            giveTurnBack();
        }
    }

    /** Headers, or why there are none. A value and no exception: nobody may be waiting for it any more. */
    private record Answer(
            Map<String, String> headers, @Nullable String failure) {}

    /** One call, which holds its turn until it returns, whoever still waits for it. */
    private final class Call implements Callable<Answer> {

        private final Permit permit;
        private final AtomicBoolean begun = new AtomicBoolean();

        Call(Permit permit) {
            this.permit = permit;
        }

        @Override
        public Answer call() {
            if (!begun.compareAndSet(false, true)) {
                return failed("the attempt is over");
            }
            try {
                return checked(source.headers());
            } catch (HeadersException e) {
                return failed(String.valueOf(e.getMessage()));
            } catch (Throwable e) {
                return failed("the source of headers failed with "
                        + e.getClass().getName() + " (its message may hold a secret and is not shown)");
            } finally {
                permit.close();
            }
        }

        private Answer checked(@Nullable Map<String, String> headers) {
            if (headers == null) {
                return failed("the source of headers returned null");
            }
            Map<String, String> copy = new HashMap<>(headers);
            return copy.containsKey(null) || copy.containsValue(null)
                    ? failed("the source of headers returned a null name or value")
                    : new Answer(copy, null);
        }

        private Answer failed(String why) {
            return new Answer(Map.of(), why);
        }

        /** Gives the turn back if the call has not begun and now will not. */
        void neverBegan() {
            if (begun.compareAndSet(false, true)) {
                permit.close();
            }
        }
    }
}
