package io.sluice.runtime.scheduler;

import java.util.concurrent.locks.LockSupport;

/**
 * How threads of a runtime sleep and are woken: as {@link LockSupport} has it, so that a wake before the sleep is kept
 * and a sleep may end for no reason. A seam for simulations, in which one thread runs at a time.
 */
public interface Parking {

    Parking SYSTEM = new Parking() {
        @Override
        public void park(Object blocker) {
            LockSupport.park(blocker);
        }

        @Override
        public void parkNanos(Object blocker, long nanos) {
            LockSupport.parkNanos(blocker, nanos);
        }

        @Override
        public void unpark(Thread thread) {
            LockSupport.unpark(thread);
        }
    };

    void park(Object blocker);

    void parkNanos(Object blocker, long nanos);

    void unpark(Thread thread);
}
