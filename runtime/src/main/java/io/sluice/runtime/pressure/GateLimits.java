package io.sluice.runtime.pressure;

/**
 * How much a {@link ConcurrencyGate} lets in.
 *
 * @param running how many run at once; at least 1
 * @param waiting how many more may wait for a place; 0 refuses whoever would have to wait
 */
public record GateLimits(int running, int waiting) {

    public GateLimits {
        if (running < 1) {
            throw new IllegalArgumentException("running is " + running + "; allowed: at least 1");
        }
        if (waiting < 0) {
            throw new IllegalArgumentException("waiting is " + waiting + "; allowed: at least 0");
        }
    }
}
