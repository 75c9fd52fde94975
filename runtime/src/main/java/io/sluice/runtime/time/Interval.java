package io.sluice.runtime.time;

/** Ticks at once and then once a period. */
public final class Interval {}
