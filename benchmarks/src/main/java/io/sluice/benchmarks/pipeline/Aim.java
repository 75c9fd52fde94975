package io.sluice.benchmarks.pipeline;

/**
 * What the pipeline is to reach.
 *
 * @param found the worst figure of the rows that count
 * @param timesAim how many times what is allowed that is; infinite where nothing is allowed
 */
record Aim(String what, String found, double timesAim) {

    boolean isMet() {
        return timesAim <= 1;
    }
}
