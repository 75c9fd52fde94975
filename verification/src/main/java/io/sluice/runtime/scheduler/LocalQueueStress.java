package io.sluice.runtime.scheduler;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.sluice.runtime.task.Task;
import io.sluice.runtime.task.TaskQueue;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** A worker's ring under its owner and a thief: every task comes out exactly once. */
public final class LocalQueueStress {

    private LocalQueueStress() {}

    /** Four tasks; the owner pops and pushes while a thief steals. Results: tasks that ran, runs in all. */
    @JCStressTest
    @Outcome(id = "5, 5", expect = ACCEPTABLE, desc = "each once")
    @Outcome(expect = FORBIDDEN, desc = "lost or doubled")
    @State
    public static class PopAndPushAgainstSteal {
        private final Ran ran = new Ran(5);
        private final LocalQueue mine = new LocalQueue();
        private final LocalQueue thiefs = new LocalQueue();

        public PopAndPushAgainstSteal() {
            for (int i = 0; i < 4; i++) {
                mine.push(ran.task(i), ran);
            }
        }

        @Actor
        public void owner() {
            ran.run(mine.pop());
            mine.push(ran.task(4), ran);
            ran.run(mine.pop());
        }

        @Actor
        public void thief() {
            ran.run(mine.stealInto(thiefs));
        }

        @Arbiter
        public void drain(II_Result result) {
            ran.drain(mine);
            ran.drain(thiefs);
            result.r1 = ran.distinct();
            result.r2 = ran.total();
        }
    }

    /** A full ring overflows while a thief steals. */
    @JCStressTest
    @Outcome(id = "257, 257", expect = ACCEPTABLE, desc = "each once")
    @Outcome(expect = FORBIDDEN, desc = "lost or doubled")
    @State
    public static class OverflowAgainstSteal {
        private final Ran ran = new Ran(LocalQueue.CAPACITY + 1);
        private final LocalQueue mine = new LocalQueue();
        private final LocalQueue thiefs = new LocalQueue();

        public OverflowAgainstSteal() {
            for (int i = 0; i < LocalQueue.CAPACITY; i++) {
                mine.push(ran.task(i), ran);
            }
        }

        @Actor
        public void owner() {
            mine.push(ran.task(LocalQueue.CAPACITY), ran);
        }

        @Actor
        public void thief() {
            ran.run(mine.stealInto(thiefs));
        }

        @Arbiter
        public void drain(II_Result result) {
            ran.drain(mine);
            ran.drain(thiefs);
            result.r1 = ran.distinct();
            result.r2 = ran.total();
        }
    }

    /** Two thieves at one ring, while its owner pops. */
    @JCStressTest
    @Outcome(id = "7, 7", expect = ACCEPTABLE, desc = "each once")
    @Outcome(expect = FORBIDDEN, desc = "lost or doubled")
    @State
    public static class PopAgainstTwoThieves {
        private final Ran ran = new Ran(7);
        private final LocalQueue mine = new LocalQueue();
        private final LocalQueue first = new LocalQueue();
        private final LocalQueue second = new LocalQueue();

        public PopAgainstTwoThieves() {
            for (int i = 0; i < 7; i++) {
                mine.push(ran.task(i), ran);
            }
        }

        @Actor
        public void owner() {
            ran.run(mine.pop());
            ran.run(mine.pop());
        }

        @Actor
        public void thief() {
            ran.run(mine.stealInto(first));
        }

        @Actor
        public void otherThief() {
            ran.run(mine.stealInto(second));
        }

        @Arbiter
        public void drain(II_Result result) {
            ran.drain(mine);
            ran.drain(first);
            ran.drain(second);
            result.r1 = ran.distinct();
            result.r2 = ran.total();
        }
    }

    /** Tasks that count how often each was taken out; what overflows is taken out at once. */
    private static final class Ran implements LocalQueue.Overflow {
        private final Task<?>[] tasks;
        private final AtomicInteger[] runs;

        Ran(int count) {
            tasks = new Task<?>[count];
            runs = new AtomicInteger[count];
            List<Task<?>> made = StressTasks.make(count);
            for (int i = 0; i < count; i++) {
                tasks[i] = made.get(i);
                runs[i] = new AtomicInteger();
            }
        }

        Task<?> task(int index) {
            return tasks[index];
        }

        void run(Task<?> task) {
            if (task != null) {
                runs[(int) (task.id() - tasks[0].id())].incrementAndGet();
            }
        }

        void drain(LocalQueue queue) {
            Task<?> task;
            while ((task = queue.pop()) != null) {
                run(task);
            }
        }

        @Override
        public void push(Task<?> task) {
            run(task);
        }

        @Override
        public void pushAll(TaskQueue batch) {
            Task<?> task;
            while ((task = batch.poll()) != null) {
                run(task);
            }
        }

        int distinct() {
            int distinct = 0;
            for (AtomicInteger run : runs) {
                distinct += run.get() > 0 ? 1 : 0;
            }
            return distinct;
        }

        int total() {
            int total = 0;
            for (AtomicInteger run : runs) {
                total += run.get();
            }
            return total;
        }
    }
}
