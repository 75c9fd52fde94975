package io.sluice.examples.patterns;

import io.sluice.runtime.AsyncRuntime;
import io.sluice.runtime.Future;
import io.sluice.runtime.Futures;
import io.sluice.runtime.Handle;
import io.sluice.runtime.stream.Streams;
import io.sluice.runtime.sync.Mpsc;
import io.sluice.runtime.sync.TaskTracker;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * Tasks for a program that is not asynchronous: {@code ./sluice example task-spawner}. A thread of its own runs them all
 * on a current-thread runtime; the rest of the program hands jobs over and goes on. With all places of the channel
 * taken, whoever hands over waits.
 */
public final class TaskSpawner {

    /** A job, given the runtime that it will run on. */
    public interface Job extends Function<Handle, Future<Void>> {}

    private final Mpsc.Channel<Job> jobs = Mpsc.bounded(16);
    private final Thread thread = new Thread(this::run, "task-spawner");

    private TaskSpawner() {}

    public static TaskSpawner start() {
        TaskSpawner spawner = new TaskSpawner();
        spawner.thread.start();
        return spawner;
    }

    private void run() {
        try (AsyncRuntime runtime = AsyncRuntime.builder().currentThread().build()) {
            TaskTracker open = new TaskTracker();
            runtime.blockOn(Streams.of(jobs.receiver())
                    .forEach(job -> open.spawn(runtime.handle(), job.apply(runtime.handle()))
                            .detach()));
            open.close();
            runtime.blockOn(open.await());
        } catch (Exception e) {
            throw new IllegalStateException("the spawner failed", e);
        }
    }

    /** Hands a job over; any thread that may wait. */
    public void spawn(Job job) throws InterruptedException {
        if (jobs.sender().blockingSend(job, Duration.ofSeconds(10)) != Mpsc.SendResult.SENT) {
            throw new IllegalStateException("the spawner takes no more jobs");
        }
    }

    /** Takes no more jobs, and waits until all are done. */
    public void finish() throws InterruptedException {
        jobs.sender().close();
        thread.join();
    }

    public static void main(String[] arguments) throws Exception {
        AtomicInteger done = new AtomicInteger();
        TaskSpawner spawner = start();
        for (int i = 0; i < 100; i++) {
            spawner.spawn(handle -> Streams.once(Futures.map(handle.sleep(Duration.ofMillis(10)), nothing -> "slept"))
                    .forEach(result -> done.incrementAndGet()));
        }
        spawner.finish();
        System.out.println(done.get() + " jobs done on one thread");
    }
}
