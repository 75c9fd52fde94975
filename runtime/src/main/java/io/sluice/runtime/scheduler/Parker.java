package io.sluice.runtime.scheduler;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Puts one worker to sleep and wakes it: in the driver if nobody else holds it, otherwise on its own.
 *
 * <p>A wake that comes before the sleep is kept, so none is lost; wakes that come together cost one. Follows
 * {@code tokio::runtime::scheduler::multi_thread::park}.
 */
final class Parker {

    private static final int EMPTY = 0;
    private static final int PARKED_ALONE = 1;
    private static final int PARKED_IN_DRIVER = 2;
    private static final int NOTIFIED = 3;

    private final Parking parking;
    private final Driver driver;

    /** Held by the worker that is inside the driver; shared by all parkers of a scheduler. */
    private final ReentrantLock driverLock;

    private final AtomicInteger state = new AtomicInteger(EMPTY);

    /** Written by the sleeper before it publishes that it is parked. */
    private volatile @Nullable Thread sleeper;

    Parker(Parking parking, Driver driver, ReentrantLock driverLock) {
        this.parking = parking;
        this.driver = driver;
        this.driverLock = driverLock;
    }

    /** Sleeps until woken or, if it got the driver, until that woke somebody. May return for no reason. Owner only. */
    void park() {
        if (state.compareAndSet(NOTIFIED, EMPTY)) {
            return;
        }
        if (driverLock.tryLock()) {
            try {
                parkInDriver();
            } finally {
                driverLock.unlock();
            }
        } else {
            parkAlone();
        }
    }

    /** Looks at the driver without sleeping, if nobody else holds it. Owner only. */
    void parkNow() {
        if (driverLock.tryLock()) {
            try {
                driver.parkNow();
            } finally {
                driverLock.unlock();
            }
        }
    }

    private void parkInDriver() {
        if (!state.compareAndSet(EMPTY, PARKED_IN_DRIVER)) {
            state.getAndSet(EMPTY); // NOTIFIED meanwhile; an exchange, to see what the waker wrote
            return;
        }
        try {
            driver.park();
        } finally {
            Thread.interrupted(); // as in parkAlone
            state.getAndSet(EMPTY);
        }
    }

    private void parkAlone() {
        sleeper = Thread.currentThread();
        if (!state.compareAndSet(EMPTY, PARKED_ALONE)) {
            state.getAndSet(EMPTY);
            return;
        }
        while (state.get() == PARKED_ALONE) {
            parking.park(this);
            Thread.interrupted(); // workers are not interrupted on purpose; a set flag would make park spin
        }
        state.getAndSet(EMPTY);
    }

    /** Wakes the worker, or keeps it from falling asleep next time. Any thread. */
    void unpark() {
        switch (state.getAndSet(NOTIFIED)) {
            case PARKED_ALONE -> parking.unpark(requireNonNull(sleeper));
            case PARKED_IN_DRIVER -> driver.unpark();
            default -> {}
        }
    }

    boolean isInDriver() {
        return state.get() == PARKED_IN_DRIVER;
    }
}
