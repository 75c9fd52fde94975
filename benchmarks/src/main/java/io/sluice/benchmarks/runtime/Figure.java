package io.sluice.benchmarks.runtime;

/**
 * One number that a row of WORKLOADS gives.
 *
 * @param name as both programs print it
 * @param unit rates, with a {@code /s} at the end, are better when they are large, all others when they are small
 */
record Figure(String name, String unit) {

    boolean smallIsGood() {
        return !unit.endsWith("/s");
    }
}
