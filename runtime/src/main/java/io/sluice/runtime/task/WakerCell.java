package io.sluice.runtime.task;

import io.sluice.runtime.Waker;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The place where the one consumer of something leaves its waker for the producers.
 *
 * <p>The consumer looks, registers, and <em>looks again</em> before it returns pending; a producer changes what the
 * consumer looks at, and then wakes. Both changes and looks are volatile. So in the one order of all volatile actions
 * either the second look comes after the change, or the change, and with it the wake, comes after the registration and
 * finds the waker. A wake takes the waker out: each registration is woken at most once.
 *
 * <p>{@link #register} by one thread at a time, all else by any thread. Follows {@code tokio::sync::AtomicWaker}, whose
 * bits for a registration under way have no counterpart, since a reference is stored in one piece here.
 */
public final class WakerCell {

    private final AtomicReference<@Nullable Waker> cell = new AtomicReference<>();

    /** Leaves {@code waker}, in the place of what was left before; the caller looks again afterwards. */
    public void register(Waker waker) {
        if (cell.get() != waker) {
            cell.set(waker);
        }
    }

    /** Wakes who is registered, if anybody. The caller has made its change with a volatile write or stronger. */
    public void wake() {
        Waker waker = take();
        if (waker != null) {
            waker.wake();
        }
    }

    /** Takes out who is registered, for a wake once locks are released or for giving up. */
    public @Nullable Waker take() {
        return cell.get() == null ? null : cell.getAndSet(null);
    }
}
