package io.sluice.runtime.pressure;

import static java.util.Objects.requireNonNull;

/**
 * Which part of its full rate an {@link AdaptiveRateLimiter} keeps at which pressure: all of it up to and including the
 * raised step's threshold, and above each threshold that step's part.
 *
 * @param raised the first step
 * @param severe the second; it begins at a higher pressure and leaves no more than the first
 */
public record PressureSteps(Step raised, Step severe) {

    /** Half the rate above 500, a quarter above 800. */
    public static final PressureSteps DEFAULTS = new PressureSteps(new Step(500, 0.5), new Step(800, 0.25));

    /**
     * One step.
     *
     * @param above the pressure that is still below it; at least 0
     * @param factor the part of the full rate that it leaves; more than 0, so that nobody waits without end, and at most 1
     */
    public record Step(int above, double factor) {

        public Step {
            if (above < 0) {
                throw new IllegalArgumentException("above is " + above + "; allowed: at least 0");
            }
            if (!(factor > 0 && factor <= 1)) {
                throw new IllegalArgumentException("factor is " + factor + "; allowed: more than 0, at most 1");
            }
        }
    }

    public PressureSteps {
        requireNonNull(raised, "raised");
        requireNonNull(severe, "severe");
        if (severe.above() <= raised.above()) {
            throw new IllegalArgumentException("severe.above is " + severe.above()
                    + "; allowed: more than raised.above, " + "which is " + raised.above());
        }
        if (severe.factor() > raised.factor()) {
            throw new IllegalArgumentException("severe.factor is " + severe.factor()
                    + "; allowed: at most raised.factor, which is " + raised.factor());
        }
    }

    double factorAt(int pressure) {
        if (pressure > severe.above()) {
            return severe.factor();
        }
        return pressure > raised.above() ? raised.factor() : 1;
    }
}
