package io.sluice.benchmarks.agent;

/** A figure of a run, in the order of the page; less is better unless it says otherwise. */
enum Measure {
    START_SECONDS("start to first response, s", 1),
    START_CPU_SECONDS("CPU until then, s", 1),
    START_RSS("RSS 1 s later, MB", 1),
    START_HEAP("live heap then, MB", 1),
    START_CLASSES("classes loaded then", 0),
    START_IDLE("idle during the start, %", 0),
    REQUESTS("requests/s, closed loop, 4 connections", 1),
    P99("p99 of them, ms", 1),
    REQUEST_CPU("CPU a request, ms", 1),
    LOAD_RSS("RSS after the load, MB", 1),
    LOAD_HEAP("live heap after it, MB", 1),
    THREADS("Java threads of the agent", 1),
    EXPORT_CPU("CPU of the exporting threads, ms/100k spans", 0.25),
    LOAD_IDLE("idle under load, %", 0),
    SPANS("spans delivered under load", 0),
    LOST_LOAD("spans lost under load", 1),
    LOST_TERM("spans lost at SIGTERM under load", 1),
    LOST_EXIT("spans lost at System.exit under load", 1),
    LOST_BRIEF("spans lost of a program that lives a second", 1);

    private final String label;
    private final double timesUpstream;

    Measure(String label, double timesUpstream) {
        this.label = label;
        this.timesUpstream = timesUpstream;
    }

    String label() {
        return label;
    }

    /** Whether something is to be reached. */
    boolean isAim() {
        return timesUpstream > 0;
    }

    /** How many times upstream's figure ours may be; of a loss nothing is allowed. */
    double timesUpstream() {
        return timesUpstream;
    }

    boolean isLoss() {
        return name().startsWith("LOST");
    }

    boolean isMoreBetter() {
        return this == REQUESTS;
    }
}
