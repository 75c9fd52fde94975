package io.sluice.runtime.sync;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The right to do what a {@link Semaphore} limits, until closed.
 *
 * <p>Travels with the work that it admits; whoever holds it last closes it. Closing is idempotent and may come from any
 * thread, so that several exits may lead past one close.
 */
public final class Permit implements AutoCloseable {

    private static final VarHandle HELD;

    static {
        try {
            HELD = MethodHandles.lookup().findVarHandle(Permit.class, "held", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Permits permits;

    /** Any thread: how many permits this one stands for; 0 once given up. */
    private volatile int held;

    Permit(Permits permits, int count) {
        this.permits = permits;
        this.held = count;
    }

    /** How many permits this stands for; 0 once closed or forgotten. */
    public int count() {
        return held;
    }

    /**
     * Takes {@code count} permits out of this one, to be given back on their own.
     *
     * @return null if this one stands for fewer; it is left as it was then
     * @throws IllegalArgumentException if {@code count} is negative
     */
    public @Nullable Permit split(int count) {
        if (count < 0) {
            throw new IllegalArgumentException("count is " + count + "; allowed: at least 0");
        }
        for (; ; ) {
            int seen = held;
            if (seen < count) {
                return null;
            }
            if (HELD.compareAndSet(this, seen, seen - count)) {
                return new Permit(permits, count);
            }
        }
    }

    /**
     * Takes over what {@code other} stands for, which is spent afterwards.
     *
     * @throws IllegalArgumentException if it comes from another semaphore
     */
    public void merge(Permit other) {
        if (other.permits != permits) {
            throw new IllegalArgumentException("the permits come from different semaphores");
        }
        if (other != this) {
            HELD.getAndAdd(this, (int) HELD.getAndSet(other, 0));
        }
    }

    /** Gives the permits back, to those who wait first. */
    @Override
    public void close() {
        permits.give((int) HELD.getAndSet(this, 0));
    }

    /** Keeps the permits from ever coming back: the limit is lower from here on. */
    public void forget() {
        held = 0;
    }
}
