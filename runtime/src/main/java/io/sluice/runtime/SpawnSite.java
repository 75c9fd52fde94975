package io.sluice.runtime;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds the line of code that spawns a task: the first one on the stack that is not the runtime's own. */
final class SpawnSite {

    private static final Set<String> OWN = Set.of(SpawnSite.class.getName(), RuntimeHandle.class.getName());

    private SpawnSite() {}

    static @Nullable StackTraceElement find() {
        return StackWalker.getInstance()
                .walk(frames -> frames.filter(frame -> !OWN.contains(frame.getClassName()))
                        .findFirst()
                        .map(StackWalker.StackFrame::toStackTraceElement)
                        .orElse(null));
    }
}
