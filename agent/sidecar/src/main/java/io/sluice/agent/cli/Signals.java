package io.sluice.agent.cli;

import static java.util.Objects.requireNonNull;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Hears the signals that ask a process to end. The JVM's own way, shutdown hooks, begins an end that no second signal
 * can hurry; {@code sun.misc.Signal} can, which is in the module {@code jdk.unsupported} and called by reflection, since
 * compilers warn of it and some JVMs may not have it.
 */
final class Signals {

    private static final List<String> ENDING = List.of("TERM", "INT");

    private final Runnable first;
    private final Runnable second;
    private final AtomicInteger heard = new AtomicInteger();

    private Signals(Runnable first, Runnable second) {
        this.first = requireNonNull(first, "first");
        this.second = requireNonNull(second, "second");
    }

    /**
     * Has {@code first} run at the first of the signals and {@code second} at each that follows, on a thread of the JVM's.
     *
     * @return false if this JVM lets nobody hear signals, or keeps one of them for itself
     */
    static boolean onEnd(Runnable first, Runnable second) {
        Signals signals = new Signals(first, second);
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object listener = Proxy.newProxyInstance(
                    Signals.class.getClassLoader(), new Class<?>[] {handler}, (proxy, method, arguments) -> {
                        if (method.getName().equals("handle")) {
                            signals.hear();
                            return null;
                        }
                        return method.invoke(signals, arguments); // equals, hashCode, toString
                    });
            for (String name : ENDING) {
                signal.getMethod("handle", signal, handler)
                        .invoke(null, signal.getConstructor(String.class).newInstance(name), listener);
            }
            return true;
        } catch (ReflectiveOperationException | IllegalArgumentException e) {
            return false;
        }
    }

    private void hear() {
        if (heard.getAndIncrement() == 0) {
            first.run();
        } else {
            second.run();
        }
    }
}
