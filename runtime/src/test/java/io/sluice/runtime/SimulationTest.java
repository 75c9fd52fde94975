package io.sluice.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.runtime.sync.ClosedException;
import io.sluice.runtime.sync.Mpsc;
import io.sluice.runtime.sync.Permit;
import io.sluice.runtime.sync.Semaphore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Scheduler, channel, semaphore, timers and shutdown through many random schedules, each from a seed that a failure
 * names. {@code -Dsluice.simulation.seed=N} repeats one, {@code -Dsluice.simulation.runs=N} sets how many.
 */
@Timeout(600)
class SimulationTest {

    private static final int RUNS = Integer.getInteger("sluice.simulation.runs", 2_000);

    @Test
    void randomSchedules_loseNothing_andEnd() throws Exception {
        Long only = Long.getLong("sluice.simulation.seed");
        long first = only == null ? 1 : only;
        int runs = only == null ? RUNS : 1;
        for (long seed = first; seed < first + runs; seed++) {
            try {
                new World(seed, true).run();
            } catch (Throwable failure) {
                throw new AssertionError("failed; repeat with -Dsluice.simulation.seed=" + seed, failure);
            }
        }
    }

    @Test
    void sameSeed_sameRun() throws Exception {
        for (long seed = 1; seed <= 20; seed++) {
            World first = new World(seed, false);
            first.run();
            World second = new World(seed, false);
            second.run();
            assertThat(second.untilTheEnd()).isEqualTo(first.untilTheEnd()).isNotEmpty();
        }
    }

    @Test
    void wakeThatIsLost_isFound() {
        // The check itself: a task that nobody wakes must not pass for a quiet end.
        assertThatThrownBy(() -> {
                    World world = new World(1, false);
                    world.roots.add(cx -> Poll.pending());
                    world.run();
                })
                .hasMessageContaining("nobody can run");
    }

    /** One run. */
    private static final class World {

        private final Simulation sim;
        private final SplittableRandom random;
        private final AsyncRuntime runtime;
        private final int workers;
        private final boolean endsEarly;
        private final Mpsc.Channel<Integer> channel;
        private final Semaphore semaphore;
        private final int permits;
        private final List<String> events = new ArrayList<>();
        private final List<Future<Void>> roots = new ArrayList<>();
        private final List<Life> lives = new ArrayList<>();
        private final List<Throwable> uncaught = new ArrayList<>();
        private int sent;
        private int received;
        private int names;

        World(long seed, boolean mayEndEarly) {
            sim = new Simulation(seed);
            random = sim.random();
            workers = 1 + random.nextInt(3);
            endsEarly = random.nextInt(3) == 0 && mayEndEarly;
            permits = 1 + random.nextInt(2);
            channel = Mpsc.bounded(1 + random.nextInt(3));
            semaphore = new Semaphore(permits);
            RuntimeBuilder builder = AsyncRuntime.builder()
                    .workerThreads(workers)
                    .enableIo(false)
                    .clock(sim)
                    .eventInterval(1 + random.nextInt(8))
                    .threadName("w")
                    .onThreadStart(sim::enter)
                    .onThreadStop(sim::leave)
                    .onThreadPark(sim::point)
                    .onThreadUnpark(sim::point)
                    .onBeforeTaskPoll(task -> sim.point())
                    .onUncaught((name, failure) -> uncaught.add(failure));
            builder.parking = sim;
            for (int i = 1 + random.nextInt(3); i > 0; i--) {
                roots.add(new Life(this, new Sends(this, 1 + random.nextInt(5))));
            }
            roots.add(new Life(this, new Receives(this)));
            for (int i = random.nextInt(4); i > 0; i--) {
                roots.add(new Life(this, new Acquires(this, 1 + random.nextInt(3))));
            }
            for (int i = random.nextInt(3); i > 0; i--) {
                roots.add(new Life(this, new Spawns(this, 1 + random.nextInt(4))));
            }
            runtime = builder.build();
        }

        void run() throws Exception {
            sim.start("x-main", this::main);
            boolean bystander = random.nextBoolean();
            if (bystander) {
                Life life = new Life(this, new Acquires(this, 2));
                life.mayBeAborted = true; // by the end, for which nobody asks it
                sim.start("x-other", () -> join(runtime.handle().spawn(life)));
            }
            sim.run(workers + (bystander ? 2 : 1));
            check();
        }

        /** The thread that starts everything, and ends it. */
        private void main() {
            List<JoinHandle<Void>> handles = new ArrayList<>();
            for (Future<Void> root : roots) {
                handles.add(runtime.handle().spawn(root));
            }
            channel.sender().close(); // each producer has its own
            if (!endsEarly) {
                handles.forEach(this::join);
            }
            runtime.shutdownInBackground();
        }

        private void join(JoinHandle<Void> handle) {
            try {
                runtime.blockOn(handle);
            } catch (JoinException e) {
                assertThat(e.isCancelled()).isTrue();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }

        private void check() {
            assertThat(runtime.shutdown(Duration.ofSeconds(30))).isTrue();
            assertThat(uncaught).isEmpty();
            RuntimeMetrics metrics = runtime.metrics();
            assertThat(metrics.aliveTasks()).isZero();
            assertThat(metrics.timers()).isZero();
            assertThat(lives).allMatch(life -> life.ends == 1);
            assertThat(semaphore.availablePermits()).isEqualTo(permits);
            assertThat(semaphore.waiters()).isZero();
            assertThat(received).isLessThanOrEqualTo(sent);
            if (!endsEarly) {
                assertThat(received).isEqualTo(sent);
                assertThat(lives).allMatch(life -> life.ready || life.mayBeAborted);
            }
        }

        /** What happened before the runtime ended; in which order it ends tasks depends on their ids. */
        List<String> untilTheEnd() {
            return events.stream()
                    .takeWhile(event -> !event.startsWith("cancel"))
                    .toList();
        }

        void note(String event) {
            events.add(event);
        }
    }

    /** Counts how a future ends: exactly once, by Ready or by cancel. */
    private static final class Life implements Future<Void> {
        private final World world;
        private final Future<Void> inner;
        private final int name;
        private int ends;
        private boolean ready;
        private boolean mayBeAborted;

        Life(World world, Future<Void> inner) {
            this.world = world;
            this.inner = inner;
            this.name = world.names++;
            world.lives.add(this);
        }

        @Override
        public Poll<Void> poll(Context cx) throws Exception {
            assertThat(ends).isZero();
            world.note("poll " + name);
            if (world.random.nextInt(8) == 0) {
                cx.yieldTurn();
                return Poll.pending();
            }
            Poll<Void> poll = inner.poll(cx);
            world.sim.point(); // a wake may come while the poll is under way
            if (poll.isReady()) {
                ready = true;
                ends++;
            }
            return poll;
        }

        @Override
        public void cancel() {
            world.note("cancel " + name);
            ends++;
            inner.cancel();
        }
    }

    private static final class Sends implements Future<Void> {
        private final World world;
        private final Mpsc.Sender<Integer> sender;
        private int left;

        Sends(World world, int count) {
            this.world = world;
            this.sender = world.channel.sender().dup();
            this.left = count;
        }

        @Override
        public Poll<Void> poll(Context cx) throws ClosedException {
            for (; left > 0; left--) {
                if (!sender.pollReady(cx)) {
                    return Poll.pending();
                }
                sender.send(left);
                world.sent++;
                world.sim.point();
            }
            sender.close();
            return Poll.ready();
        }

        @Override
        public void cancel() {
            sender.close();
        }
    }

    private static final class Receives implements Future<Void> {
        private final World world;

        Receives(World world) {
            this.world = world;
        }

        @Override
        public Poll<Void> poll(Context cx) {
            while (true) {
                Poll<Integer> item = world.channel.receiver().pollRecv(cx);
                if (item.isPending()) {
                    return Poll.pending();
                }
                if (item.get() == null) {
                    return Poll.ready();
                }
                world.received++;
            }
        }

        @Override
        public void cancel() {
            world.channel.receiver().close();
        }
    }

    /** Takes a permit, holds it over a pause, gives it back; several times. */
    private static final class Acquires implements Future<Void> {
        private final World world;
        private int left;
        private Semaphore.Acquire acquiring;
        private Permit held;
        private Future<Void> pause;

        Acquires(World world, int times) {
            this.world = world;
            this.left = times;
        }

        @Override
        public Poll<Void> poll(Context cx) throws Exception {
            for (; left > 0; left--) {
                if (held == null && !acquire(cx)) {
                    return Poll.pending();
                }
                if (pause.poll(cx).isPending()) {
                    return Poll.pending();
                }
                held.close();
                held = null;
            }
            return Poll.ready();
        }

        private boolean acquire(Context cx) throws ClosedException {
            if (acquiring == null) {
                acquiring = world.semaphore.acquire();
            }
            Poll<Permit> permit = acquiring.poll(cx);
            if (permit.isPending()) {
                return false;
            }
            acquiring = null;
            held = permit.get();
            pause = world.random.nextBoolean()
                    ? Yield.now()
                    : cx.handle().sleep(Duration.ofMillis(1 + world.random.nextInt(3)));
            return true;
        }

        @Override
        public void cancel() {
            if (acquiring != null) {
                acquiring.cancel();
            }
            if (held != null) {
                held.close();
                pause.cancel();
            }
        }
    }

    /** Spawns tasks of any priority, aborts some, and waits for them all. */
    private static final class Spawns implements Future<Void> {
        private final World world;
        private int left;
        private JoinHandle<Void> child;

        Spawns(World world, int count) {
            this.world = world;
            this.left = count;
        }

        @Override
        public Poll<Void> poll(Context cx) {
            for (; left > 0; left--) {
                if (child == null) {
                    child = spawn(cx);
                }
                try {
                    if (child.poll(cx).isPending()) {
                        return Poll.pending();
                    }
                } catch (JoinException e) {
                    assertThat(e.isCancelled()).isTrue();
                }
                child = null;
            }
            return Poll.ready();
        }

        private JoinHandle<Void> spawn(Context cx) {
            Life life = new Life(world, new Acquires(world, 1));
            Priority priority = Priority.values()[world.random.nextInt(3)];
            JoinHandle<Void> handle =
                    cx.handle().spawn(TaskOptions.named("child").withPriority(priority), life);
            if (world.random.nextInt(3) == 0) {
                life.mayBeAborted = true;
                handle.abort();
            }
            return handle;
        }

        @Override
        public void cancel() {
            if (child != null) {
                child.detach();
            }
        }
    }
}
