package io.sluice.batching;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The one right to say what became of a batch.
 *
 * <p>Travels with the batch; whoever holds it last uses it, on every way out. Any thread, but a second use throws: an
 * item counted twice is a bug, and the account would hide it. The account is written before {@link Listener} hears of
 * it, so a flush that completes has an account that agrees.
 */
public final class Settlement {

    /** Hears that a batch was settled. */
    @FunctionalInterface
    interface Listener {

        /** Called once, on any thread; must not throw. True if every item of the batch was delivered. */
        void settled(boolean allDelivered);
    }

    private final Account account;
    private final long items;
    private final Listener listener;
    private final AtomicBoolean settled = new AtomicBoolean();

    /** Why items were lost, the first reason; empty if none was. Whoever settles writes; any thread reads. */
    private volatile String error = "";

    Settlement(Account account, long items, Listener listener) {
        this.account = requireNonNull(account, "account");
        this.items = items;
        this.listener = requireNonNull(listener, "listener");
    }

    /** The items that wait for this, as accounts weigh them. */
    public long items() {
        return items;
    }

    /** The destination took all of them. */
    public void delivered() {
        claim();
        account.delivered(items);
        listener.settled(true);
    }

    /**
     * The destination took the batch except for some of its items.
     *
     * @param rejectedItems what the destination says it did not take; a figure outside of 0 to {@link #items()} is
     *     taken as the nearer end
     */
    public void partlyDelivered(long rejectedItems) {
        claim();
        long rejected = Math.max(0, Math.min(items, rejectedItems));
        account.rejected(rejected);
        lost("rejected", rejected);
        account.delivered(items - rejected);
        listener.settled(rejected == 0);
    }

    /** The destination refused the batch for good. */
    public void rejected() {
        claim();
        account.rejected(items);
        lost("rejected", items);
        listener.settled(items == 0);
    }

    /** The batch is given up here. */
    public void dropped(DropReason reason) {
        claim();
        account.dropped(reason, items);
        lost(reason.key(), items);
        listener.settled(items == 0);
    }

    private void lost(String why, long lostItems) {
        if (lostItems > 0 && error.isEmpty()) {
            error = why;
        }
    }

    /** Why items of the batch were lost: {@code rejected} or the key of a {@link DropReason}; empty if none was. */
    public String error() {
        return error;
    }

    /** Whether somebody has used it. */
    public boolean isSettled() {
        return settled.get();
    }

    private void claim() {
        if (!settled.compareAndSet(false, true)) {
            throw new IllegalStateException("this batch was settled already");
        }
    }
}
