package io.sluice.runtime.pressure;

import static java.util.Objects.requireNonNull;

import io.sluice.runtime.Future;
import io.sluice.runtime.Handle;
import java.time.Duration;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A {@link RateLimiter} that slows down under pressure: by default to half its rate above 500 and to a quarter above
 * 800, on a scale that is the caller's, 0 to 1000 say.
 *
 * <p>The pressure is either reported by {@link #report}, which takes effect at once, also for those who wait; or read by
 * the limiter itself, before each decision and, while somebody waits, every 100 ms unless set otherwise. The reading is
 * called without a lock, by any thread, and must be quick; what it throws fails the acquire. Any thread.
 */
public final class AdaptiveRateLimiter {

    private final double fullRate;
    private final PressureSteps steps;
    private final @Nullable IntSupplier reading;
    private final RateLimiter limiter;

    /** Any thread: the last reading or report. */
    private volatile int pressure;

    private AdaptiveRateLimiter(Builder builder) {
        this.fullRate = builder.permitsPerSecond;
        this.steps = builder.steps;
        this.reading = builder.reading;
        this.limiter = reading == null
                ? new RateLimiter(builder.handle, fullRate, builder.burst)
                : new RateLimiter(builder.handle, fullRate, builder.burst, this::read, builder.readEvery.toNanos());
    }

    /**
     * A limiter with {@code permitsPerSecond} as its full rate, on the clock of {@code handle}'s runtime.
     *
     * @throws IllegalArgumentException unless {@code permitsPerSecond} is positive and finite and {@code burst} is at
     *     least 1
     */
    public static Builder builder(Handle handle, double permitsPerSecond, int burst) {
        return new Builder(handle, permitsPerSecond, burst);
    }

    /** As {@link RateLimiter#tryAcquire}. */
    public boolean tryAcquire(int permits) {
        return limiter.tryAcquire(permits);
    }

    /** As {@link RateLimiter#acquire}. */
    public Future<Void> acquire(int permits) {
        return limiter.acquire(permits);
    }

    /**
     * Sets the rate by {@code newPressure}, from now on.
     *
     * @throws IllegalStateException if this limiter was built to read its pressure itself
     */
    public void report(int newPressure) {
        if (reading != null) {
            throw new IllegalStateException("this limiter reads its pressure itself");
        }
        apply(newPressure);
    }

    /** The pressure that the rate follows now. */
    public int pressure() {
        return pressure;
    }

    /** Permits per second now. */
    public double rate() {
        return limiter.rate();
    }

    /** Those who wait now. */
    public int waiting() {
        return limiter.waiting();
    }

    private void read() {
        int now = requireNonNull(reading, "reading").getAsInt();
        if (now != pressure) {
            apply(now);
        }
    }

    /** Whoever sets the rate last has seen the pressure that was written last. */
    private void apply(int newPressure) {
        pressure = newPressure;
        int seen;
        do {
            seen = pressure;
            limiter.setRate(fullRate * steps.factorAt(seen));
        } while (seen != pressure);
    }

    /** How a limiter is made; what is not set has the defaults of the class. */
    public static final class Builder {

        private final Handle handle;
        private final double permitsPerSecond;
        private final int burst;
        private PressureSteps steps = PressureSteps.DEFAULTS;
        private @Nullable IntSupplier reading;
        private Duration readEvery = Duration.ofMillis(100);

        private Builder(Handle handle, double permitsPerSecond, int burst) {
            this.handle = requireNonNull(handle, "handle");
            this.permitsPerSecond = RateLimiter.requireRate(permitsPerSecond);
            this.burst = RateLimiter.requireBurst(burst);
        }

        /** From which pressures on which part of the full rate is left. */
        public Builder steps(PressureSteps pressureSteps) {
            this.steps = requireNonNull(pressureSteps, "pressureSteps");
            return this;
        }

        /** Reads the pressure from {@code supplier} instead of waiting for reports. */
        public Builder reading(IntSupplier supplier) {
            this.reading = requireNonNull(supplier, "supplier");
            return this;
        }

        /**
         * How often the pressure is read while somebody waits.
         *
         * @throws IllegalArgumentException unless {@code period} is within a millisecond and an hour
         */
        public Builder readEvery(Duration period) {
            if (period.compareTo(Duration.ofMillis(1)) < 0 || period.compareTo(Duration.ofHours(1)) > 0) {
                throw new IllegalArgumentException("readEvery is " + period + "; allowed: 1 ms to 1 h");
            }
            this.readEvery = period;
            return this;
        }

        public AdaptiveRateLimiter build() {
            return new AdaptiveRateLimiter(this);
        }
    }
}
