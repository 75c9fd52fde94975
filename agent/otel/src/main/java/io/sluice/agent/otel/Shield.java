package io.sluice.agent.otel;

import static java.util.Objects.requireNonNull;

import io.opentelemetry.sdk.common.CompletableResultCode;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Stands between our code and the application's threads that call it: whatever fails in ours, also for want of memory or
 * stack, is told once and never thrown. Any thread.
 */
final class Shield {

    private final Consumer<? super Throwable> onBug;
    private final AtomicBoolean told = new AtomicBoolean();

    /** @param onBug told of the first failure; may throw as well */
    Shield(Consumer<? super Throwable> onBug) {
        this.onBug = requireNonNull(onBug, "onBug");
    }

    void run(Runnable ours) {
        try {
            ours.run();
        } catch (Throwable failure) {
            tell(failure);
        }
    }

    /** A failed result if {@code ours} throws. */
    CompletableResultCode result(Supplier<CompletableResultCode> ours) {
        try {
            return ours.get();
        } catch (Throwable failure) {
            tell(failure);
            return CompletableResultCode.ofFailure();
        }
    }

    void tell(Throwable failure) {
        if (told.compareAndSet(false, true)) {
            try {
                onBug.accept(failure);
            } catch (Throwable alsoFails) {
                // There may be no memory for a line either.
            }
        }
    }
}
