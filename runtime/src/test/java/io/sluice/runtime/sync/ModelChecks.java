package io.sluice.runtime.sync;

import io.sluice.runtime.Context;
import io.sluice.runtime.Waker;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jetbrains.kotlinx.lincheck.Actor;
import org.jetbrains.kotlinx.lincheck.execution.ExecutionResult;
import org.jetbrains.kotlinx.lincheck.execution.ExecutionScenario;
import org.jetbrains.kotlinx.lincheck.util.ExceptionResult;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.verifier.Verifier;

/**
 * How the model checker is used, and how far it goes. Each build explores a sample in seconds; {@code
 * -Dsluice.model.factor=30} explores as many times more.
 */
public final class ModelChecks {

    private static final int FACTOR = Integer.getInteger("sluice.model.factor", 1);

    /** Random scenarios of each linearizability test, and interleavings of each. */
    private static final int SCENARIOS = 2;

    private static final int INTERLEAVINGS = 60;

    /** Interleavings of a program: every place of one switch, and many pairs of two. */
    private static final int PROGRAM_INTERLEAVINGS = 80;

    private ModelChecks() {}

    /** Random scenarios of the operations of a class, to be compared with a sequential specification. */
    static ModelCheckingOptions twoThreads() {
        return new ModelCheckingOptions()
                .iterations(SCENARIOS * FACTOR)
                .invocationsPerIteration(INTERLEAVINGS)
                .threads(2)
                .actorsPerThread(3)
                .actorsBefore(2)
                .actorsAfter(2);
    }

    static ModelCheckingOptions threeThreads() {
        return twoThreads().threads(3).actorsPerThread(2);
    }

    /**
     * Explores a small concurrent program: each {@code @Operation} of the class runs once, on a thread of its own, and
     * then {@code @Validate} looks at what came of it.
     */
    public static void explore(Class<?> program) {
        List<List<Actor>> threads = Arrays.stream(program.getMethods())
                .filter(method -> method.isAnnotationPresent(Operation.class))
                .sorted(Comparator.comparing(Method::getName))
                .map(method -> List.of(new Actor(method, List.of())))
                .toList();
        new ModelCheckingOptions()
                .addCustomScenario(new ExecutionScenario(List.of(), threads, List.of(), null))
                .iterations(0)
                .invocationsPerIteration(PROGRAM_INTERLEAVINGS * FACTOR)
                .minimizeFailedScenario(false)
                .verifier(NoExceptions.class)
                .check(program);
    }

    /** Programs say by {@code @Validate} what is right; no operation may throw. */
    public static final class NoExceptions implements Verifier {

        public NoExceptions(Class<?> sequentialSpecification) {}

        @Override
        public boolean verifyResults(ExecutionScenario scenario, ExecutionResult results) {
            return results.getParallelResultsWithClock().stream()
                    .flatMap(List::stream)
                    .noneMatch(timed -> timed.getResult() instanceof ExceptionResult);
        }
    }

    public static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalStateException(otherwise);
        }
    }

    /** A task as the scheduler sees it: polled, and woken since or not. */
    public static final class Sleeper implements Waker {

        private volatile boolean woken;

        @Override
        public void wake() {
            woken = true;
        }

        public boolean isWoken() {
            return woken;
        }

        /** For a new poll. */
        public Context context() {
            woken = false;
            return Context.of(this);
        }
    }
}
