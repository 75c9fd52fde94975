package io.sluice.runtime.io;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a result on its way from a thread that may wait to the task that asked for it, and may have gone
 * meanwhile: whoever of the two comes second closes what nobody will get.
 *
 * <p>Any thread.
 */
final class Delivery {

    private static final Object REFUSED = new Object();

    /** The result, or REFUSED. */
    private final AtomicReference<@Nullable Object> outcome = new AtomicReference<>();

    /** By the thread that has the result, once; gives it back, closed if it is no longer wanted. */
    <T> T hand(T result) {
        if (!outcome.compareAndSet(null, result)) {
            closeQuietly(result);
        }
        return result;
    }

    /** By the task that does not want it, before it took it. */
    void refuse() {
        Object undelivered = outcome.getAndSet(REFUSED);
        if (undelivered != null) {
            closeQuietly(undelivered);
        }
    }

    /** Closes {@code result} if that can be done, whatever comes of it. */
    static void closeQuietly(Object result) {
        try {
            if (result instanceof AutoCloseable open) {
                open.close();
            }
        } catch (Exception e) {
            return; // nothing is left that anybody could still do
        }
    }
}
