package io.sluice.runtime.scheduler;

import io.sluice.runtime.Context;
import io.sluice.runtime.PollTurn;
import io.sluice.runtime.TaskDump;
import io.sluice.runtime.task.Task;
import io.sluice.runtime.task.TaskPhase;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A question to all tasks at once: what do you wait for?
 *
 * <p>Each waiting task is woken and polled with a context in which leaf futures do nothing but say where they are; it is
 * polled again as usual afterwards. A task whose leaves do not ask {@code Context.proceed()} just gets one poll more.
 * Any thread asks; workers answer. Follows {@code tokio::runtime::dump}.
 */
final class DumpRequest {

    /** Frames from here on outwards are the scheduler's. */
    private static final String OUTERMOST = Task.class.getName();

    /** Frames up to here are the question's. */
    private static final Set<String> ASKING = Set.of(DumpRequest.class.getName(), Context.class.getName());

    private static final class Answer {
        private final TaskPhase phase;

        /** Guarded by the answer. */
        private final List<List<StackTraceElement>> stacks = new ArrayList<>();

        /** Guarded by the answer. */
        private boolean given;

        Answer(TaskPhase phase) {
            this.phase = phase;
        }
    }

    /** Unchanged once made. */
    private final Map<Task<?>, Answer> answers = new LinkedHashMap<>();

    private final CountDownLatch missing;

    DumpRequest(List<Task<?>> tasks) {
        int waiting = 0;
        for (Task<?> task : tasks) {
            TaskPhase phase = task.phase();
            if (phase == TaskPhase.WAITING) {
                waiting++;
            }
            if (phase != TaskPhase.ENDED) {
                answers.put(task, new Answer(phase));
            }
        }
        missing = new CountDownLatch(waiting);
    }

    /** Wakes those that are asked. */
    void ask() {
        answers.forEach((task, answer) -> {
            if (answer.phase == TaskPhase.WAITING) {
                task.wake();
            }
        });
    }

    /** Runs {@code task}, on its worker; the first time, if it is asked, only to hear what it waits for. */
    void run(Task<?> task, PollTurn turn) {
        Answer answer = answers.get(task);
        if (answer == null || answer.phase != TaskPhase.WAITING || !take(answer)) {
            task.run(turn);
            return;
        }
        turn.trace(() -> note(answer));
        try {
            task.run(turn);
        } finally {
            turn.end();
            missing.countDown();
        }
    }

    private static boolean take(Answer answer) {
        synchronized (answer) {
            boolean first = !answer.given;
            answer.given = true;
            return first;
        }
    }

    private static void note(Answer answer) {
        List<StackTraceElement> stack = StackWalker.getInstance()
                .walk(frames -> frames.dropWhile(frame -> ASKING.contains(frame.getClassName()))
                        .takeWhile(frame -> !frame.getClassName().equals(OUTERMOST))
                        .map(StackWalker.StackFrame::toStackTraceElement)
                        .toList());
        synchronized (answer) {
            answer.stacks.add(stack);
        }
    }

    /** Waits until all have answered, or the time is up. */
    void await(long timeoutNanos) throws InterruptedException {
        missing.await(timeoutNanos, TimeUnit.NANOSECONDS);
    }

    List<TaskDump> result() {
        List<TaskDump> dumps = new ArrayList<>();
        answers.forEach((task, answer) -> {
            synchronized (answer) {
                dumps.add(new TaskDump(task.meta(), answer.phase.name(), List.copyOf(answer.stacks)));
            }
        });
        return dumps;
    }
}
