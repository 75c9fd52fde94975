package io.sluice.runtime.sync;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * An atomic long that shares its cache line with nothing.
 *
 * <p>The JVM orders the fields of one class as it likes, but those of a superclass before those of a subclass; so each
 * side is padded by a class of its own. 128 bytes on either side, because processors fetch lines in pairs.
 */
final class PaddedLong extends PaddedLongRight {

    private static final VarHandle VALUE;

    static {
        try {
            VALUE = MethodHandles.lookup().findVarHandle(PaddedLongValue.class, "value", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    PaddedLong(long initial) {
        value = initial;
    }

    long get() {
        return value;
    }

    void set(long newValue) {
        value = newValue;
    }

    /** Without any order with other memory; for values that only save work. */
    void setOpaque(long newValue) {
        VALUE.setOpaque(this, newValue);
    }

    long getAndIncrement() {
        return (long) VALUE.getAndAdd(this, 1L);
    }

    boolean compareAndSet(long expected, long newValue) {
        return VALUE.compareAndSet(this, expected, newValue);
    }
}

@SuppressWarnings("unused") // padding is never read
abstract class PaddedLongLeft {
    private long l0, l1, l2, l3, l4, l5, l6, l7, l8, l9, l10, l11, l12, l13, l14;
}

abstract class PaddedLongValue extends PaddedLongLeft {
    /** Any thread. */
    volatile long value;
}

@SuppressWarnings("unused") // padding is never read
abstract class PaddedLongRight extends PaddedLongValue {
    private long r0, r1, r2, r3, r4, r5, r6, r7, r8, r9, r10, r11, r12, r13, r14;
}
