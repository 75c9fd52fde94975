package io.sluice.batching;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The one right to say what became of a batch, at once or item by item.
 *
 * <p>Travels with the batch; whoever holds it last uses it, on every way out. The batch is settled once as many items
 * are settled as it has: methods with a number settle that many of them, those without settle all that are left. Any
 * thread, but one after another; to settle more items than are left throws, and so does to settle a batch that is
 * settled: an item counted twice is a bug, and the account would hide it. The account is written before {@link Listener}
 * hears of it, so a flush that completes has an account that agrees.
 */
public final class Settlement {

    /** Hears that a batch was settled. */
    @FunctionalInterface
    interface Listener {

        /** Called once, on any thread; must not throw. True if every item of the batch was delivered. */
        void settled(boolean allDelivered);
    }

    /** Instead of items left: the batch is settled, which a batch without items is not from the start. */
    private static final long SETTLED = -1;

    private static final String REJECTED = "rejected";

    private final Account account;
    private final Listener listener;

    /** Items that are not settled, or {@link #SETTLED}. */
    private final AtomicLong left;

    /** Why items were lost, the first reason; empty if none was. Whoever settles writes; any thread reads. */
    private volatile String error = "";

    Settlement(Account account, long items, Listener listener) {
        this.account = requireNonNull(account, "account");
        this.left = new AtomicLong(items);
        this.listener = requireNonNull(listener, "listener");
    }

    /** The items that wait for this, as accounts weigh them; none once the batch is settled. */
    public long items() {
        return Math.max(0, left.get());
    }

    // ---- all that are left ------------------------------------------------------------------------------------

    /** The destination took them. */
    public void delivered() {
        partlyDelivered(0);
    }

    /**
     * The destination took them except for some.
     *
     * @param rejectedItems what the destination says it did not take; a figure outside of 0 to {@link #items()} is
     *     taken as the nearer end
     */
    public void partlyDelivered(long rejectedItems) {
        long items = claim();
        long rejected = Math.max(0, Math.min(items, rejectedItems));
        account.rejected(rejected);
        lost(REJECTED, rejected);
        account.delivered(items - rejected);
        listener.settled(error.isEmpty());
    }

    /** The destination refused them for good. */
    public void rejected() {
        long items = claim();
        account.rejected(items);
        lost(REJECTED, items);
        listener.settled(error.isEmpty());
    }

    /** They are given up here. */
    public void dropped(DropReason reason) {
        long items = claim();
        account.dropped(reason, items);
        lost(reason.key(), items);
        listener.settled(error.isEmpty());
    }

    // ---- some -------------------------------------------------------------------------------------------------

    /** The destination took {@code items} of them. */
    public void delivered(long items) {
        boolean last = claim(items);
        account.delivered(items);
        listen(last);
    }

    /** The destination refused {@code items} of them for good. */
    public void rejected(long items) {
        boolean last = claim(items);
        account.rejected(items);
        lost(REJECTED, items);
        listen(last);
    }

    /** {@code items} of them are given up here. */
    public void dropped(DropReason reason, long items) {
        boolean last = claim(items);
        account.dropped(reason, items);
        lost(reason.key(), items);
        listen(last);
    }

    private void listen(boolean last) {
        if (last) {
            listener.settled(error.isEmpty());
        }
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

    /** Whether the batch is settled. */
    public boolean isSettled() {
        return left.get() == SETTLED;
    }

    private long claim() {
        long items = left.getAndSet(SETTLED);
        if (items == SETTLED) {
            throw new IllegalStateException("this batch was settled already");
        }
        return items;
    }

    /** Whether they are the last; none never are. */
    private boolean claim(long items) {
        if (items == 0) {
            return false;
        }
        while (true) {
            long now = left.get();
            if (items < 0 || items > now) {
                throw new IllegalStateException(items + " items to settle where " + Math.max(0, now) + " are left");
            }
            if (left.compareAndSet(now, items == now ? SETTLED : now - items)) {
                return items == now;
            }
        }
    }
}
