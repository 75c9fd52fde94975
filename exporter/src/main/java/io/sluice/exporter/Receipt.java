package io.sluice.exporter;

/**
 * Hears what becomes of a payload, for whoever handed it in.
 *
 * <p>Called by the task that exports it, one call after another, and must neither wait nor throw. The items of a payload
 * are settled in their order: the first call concerns the first items, the next call those that follow, until all are
 * settled. The account has counted them by then.
 */
@FunctionalInterface
public interface Receipt {

    /** Of nobody who would listen. */
    Receipt NONE = (items, outcome) -> {};

    /** The next {@code items} of the payload, at least one, came to {@code outcome}. */
    void settled(long items, Outcome outcome);

    /** The destination has found bad data somewhere among the items that are not settled; whose it is will be found out. */
    default void suspected() {}

    /** Nobody refers to the payload's memory any more. Once, before or after the last items are settled; any thread. */
    default void closed() {}
}
