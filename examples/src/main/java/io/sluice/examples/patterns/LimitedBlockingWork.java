package io.sluice.examples.patterns;

import io.sluice.runtime.AsyncRuntime;
import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Handle;
import io.sluice.runtime.JoinHandle;
import io.sluice.runtime.Poll;
import io.sluice.runtime.collect.JoinSet;
import io.sluice.runtime.sync.Permit;
import io.sluice.runtime.sync.Semaphore;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * At most 16 blocking jobs at a time: {@code ./sluice example limited-blocking}. The permit is in hand before the job
 * goes to the blocking pool, and comes back when its thread is done, also if nobody waits for the result any more. The
 * pool's own cap is no substitute: it counts all that wait in the process, and queues without a bound.
 */
public final class LimitedBlockingWork {

    private final Handle handle;
    private final Semaphore places;

    public LimitedBlockingWork(Handle handle, int places) {
        this.handle = handle;
        this.places = new Semaphore(places);
    }

    /** {@code work} on a thread that may wait, once there is a place. A cancel before that takes none. */
    public <T> Future<T> run(Callable<T> work) {
        return new Limited<>(work);
    }

    public int freePlaces() {
        return places.availablePermits();
    }

    /** Owner only. */
    private final class Limited<T> implements Future<T> {

        private final Callable<T> work;
        private final Semaphore.Acquire acquire = places.acquire();
        private @Nullable JoinHandle<T> running;

        Limited(Callable<T> work) {
            this.work = work;
        }

        @Override
        public Poll<T> poll(Context cx) throws Exception {
            JoinHandle<T> current = running;
            if (current == null) {
                Poll<Permit> acquired = acquire.poll(cx);
                if (acquired.isPending()) {
                    return Poll.pending();
                }
                current = start(acquired.get());
                running = current;
            }
            return current.poll(cx);
        }

        /** The permit belongs to the job from here on. */
        private JoinHandle<T> start(Permit permit) {
            return handle.spawnBlocking(() -> {
                try (permit) {
                    return work.call();
                }
            });
        }

        @Override
        public void cancel() {
            acquire.cancel();
            JoinHandle<T> current = running;
            if (current != null) {
                current.detach();
            }
        }
    }

    public static void main(String[] arguments) throws Exception {
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        try (AsyncRuntime runtime = AsyncRuntime.builder().build();
                JoinSet<Integer> jobs = new JoinSet<>()) {
            LimitedBlockingWork limited = new LimitedBlockingWork(runtime.handle(), 16);
            for (int i = 0; i < 200; i++) {
                jobs.spawn(runtime.handle(), limited.run(() -> {
                    most.accumulateAndGet(now.incrementAndGet(), Math::max);
                    TimeUnit.MILLISECONDS.sleep(5); // a query, a file
                    return now.decrementAndGet();
                }));
            }
            int done = runtime.blockOn(jobs.joinAll()).size();
            System.out.println(done + " jobs done, at most " + most + " at a time");
        }
    }
}
