package io.sluice.batching;

/** What became of an item that was offered to an inlet. */
public enum Offer {
    /** It is in custody and will be settled. */
    ACCEPTED,
    /** The inbox was full; it was counted as refused. */
    REFUSED_FULL,
    /** The inbox was closed; it was counted as refused. */
    REFUSED_CLOSED;

    public boolean isAccepted() {
        return this == ACCEPTED;
    }
}
