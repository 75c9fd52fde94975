package io.sluice.batching;

/** Why an item that had been accepted was not delivered, other than by the destination's refusal. */
public enum DropReason {
    /** The item alone is larger than a batch may be. */
    TOO_LARGE("too_large"),
    /** A newer item took its place in a full inbox, as the overflow policy says. */
    EVICTED("evicted"),
    /** The encoder threw. */
    ENCODING_FAILED("encoding_failed"),
    /** The destination did not take it within the retry budget. */
    RETRIES_EXHAUSTED("retries_exhausted"),
    /** The drain's deadline came first. */
    DRAIN_DEADLINE("drain_deadline"),
    /** The runtime was stopped without a drain. */
    ABORTED("aborted"),
    /** A bug in the export path; the log has the throwable. */
    INTERNAL_ERROR("internal_error");

    private final String key;

    DropReason(String key) {
        this.key = key;
    }

    /** The name in accounts and metrics. */
    public String key() {
        return key;
    }
}
