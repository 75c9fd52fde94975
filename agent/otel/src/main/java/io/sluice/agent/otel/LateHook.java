package io.sluice.agent.otel;

import static java.util.Objects.requireNonNull;

import java.lang.instrument.Instrumentation;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Runs something when every shutdown hook of the application has ended, which is where what they still do can be
 * exported.
 *
 * <p>Hooks of the application run side by side, in one step of the JVM's own sequence; the steps after it belong to the
 * JDK. An agent may add one: it has the JVM's {@link Instrumentation}, by which the package that knows of them can be
 * opened to our classes, and to no others. Elsewhere there is none.
 */
final class LateHook {

    /** Steps 0 to 2 are the JDK's console, the application's hooks, and files to be deleted. */
    private static final int FIRST_STEP = 6;

    private static final int LAST_STEP = 9;

    private final Object access;
    private final Method register;

    private LateHook(Object access, Method register) {
        this.access = access;
        this.register = register;
    }

    /** Empty unless this is an agent; also on a JVM that does not let it. Never throws. */
    static Optional<LateHook> find() {
        try {
            Class<?> holder = Class.forName("io.opentelemetry.javaagent.bootstrap.InstrumentationHolder");
            Object found = holder.getMethod("getInstrumentation").invoke(null);
            return found instanceof Instrumentation instrumentation
                    ? Optional.of(of(instrumentation))
                    : Optional.empty();
        } catch (ReflectiveOperationException | RuntimeException | LinkageError none) {
            return Optional.empty();
        }
    }

    private static LateHook of(Instrumentation instrumentation) throws ReflectiveOperationException {
        instrumentation.redefineModule(
                Object.class.getModule(),
                Set.of(),
                Map.of("jdk.internal.access", Set.of(LateHook.class.getModule())),
                Map.of(),
                Set.of(),
                Map.of());
        Object access = Class.forName("jdk.internal.access.SharedSecrets")
                .getMethod("getJavaLangAccess")
                .invoke(null);
        Method register = Class.forName("jdk.internal.access.JavaLangAccess")
                .getMethod("registerShutdownHook", int.class, boolean.class, Runnable.class);
        return new LateHook(requireNonNull(access, "access"), register);
    }

    /** Whether {@code last} will run then; not if all steps are taken, or the JVM ends already. Never throws. */
    boolean register(Runnable last) {
        for (int step = FIRST_STEP; step <= LAST_STEP; step++) {
            try {
                register.invoke(access, step, false, last);
                return true;
            } catch (ReflectiveOperationException | RuntimeException | LinkageError taken) {
                // The next one may be free.
            }
        }
        return false;
    }
}
