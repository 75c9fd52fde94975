package io.sluice.runtime.net;

/** The selector of one runtime: turns readiness of channels into wakes. */
public final class IoDriver {}
