package io.sluice.benchmarks.runtime;

/**
 * One number that a row of WORKLOADS gives.
 *
 * @param name as both programs print it
 * @param unit {@code ms} and {@code us} are better when they are small, all others when they are large
 */
record Figure(String name, String unit) {

    boolean smallIsGood() {
        return unit.equals("ms") || unit.equals("us");
    }
}
