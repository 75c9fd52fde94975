package io.sluice.batching;

/** Why an item offered was not taken into custody. */
public enum RefuseReason {
    /** The inbox was full, or stayed full for as long as the producer would wait. */
    QUEUE_FULL("queue_full"),
    /** There was no room for its bytes. */
    CUSTODY_FULL("custody_full"),
    /** The inbox was closed: shutdown had begun. */
    CLOSED("closed");

    private final String key;

    RefuseReason(String key) {
        this.key = key;
    }

    /** The name in accounts and metrics. */
    public String key() {
        return key;
    }
}
