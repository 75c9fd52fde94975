package io.sluice.batching;

import io.sluice.runtime.Context;
import io.sluice.runtime.Poll;
import io.sluice.runtime.sync.Mpsc;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The batch loop's end of the channel: knows when a batch is worth taking and takes it within the limits.
 *
 * <p>Items stay in the bounded channel until a batch is taken, so what waits here is what the bound counts; the one
 * exception is the item that did not fit the last batch, which starts the next one. Bytes are computed when an item is
 * taken. Until then a running mean of what was seen says how many items fill a batch; the limit itself is kept exactly.
 *
 * <p>Loop's task only.
 *
 * @param <T> what waits in the channel
 */
final class Inbox<T> {

    /** Hears of items that are dropped while a batch is taken. */
    interface LeftOut<T> {

        /** {@code cause} if measuring the item threw. */
        void leftOut(T item, DropReason reason, @Nullable Throwable cause);
    }

    /** Batches over which the mean forgets, as a shift: one part in 8 is new. */
    private static final int MEAN_WEIGHT = 8;

    private static final int UNMEASURABLE = -1;

    private final Mpsc.Receiver<T> receiver;
    private final ItemMeasure<? super T> measure;
    private final BatchSettings settings;
    private final LeftOut<? super T> leftOut;

    /** The item that did not fit; the first of the next batch. */
    private @Nullable T carried;

    /** Its size. */
    private int carriedBytes;

    /** Bytes of an item, on average; 0 until the first batch. */
    private double meanBytes;

    /** Of the last {@link #take}. */
    private int takenBytes;

    /** Of the last {@link #take}. */
    private int leftOutItems;

    Inbox(
            Mpsc.Receiver<T> receiver,
            ItemMeasure<? super T> measure,
            BatchSettings settings,
            LeftOut<? super T> leftOut) {
        this.receiver = receiver;
        this.measure = measure;
        this.settings = settings;
        this.leftOut = leftOut;
    }

    /** Items that wait. */
    int size() {
        return receiver.len() + carriedItems();
    }

    /** Items that make a batch due: the count, or fewer if so many are expected to reach the byte limit. */
    int dueItems() {
        if (meanBytes * settings.batchItems() <= settings.maxBatchBytes()) {
            return settings.batchItems();
        }
        return (int) Math.max(1, settings.maxBatchBytes() / meanBytes);
    }

    /**
     * Whether at least {@code atLeast} items wait, or all that ever will; if not, the task is woken when it is so. True
     * with {@link #size} 0 means that the inlet is closed and nothing comes any more.
     */
    boolean pollSize(Context cx, int atLeast) {
        if (atLeast <= carriedItems()) {
            return true;
        }
        if (!receiver.pollBuffered(cx, atLeast - carriedItems())) {
            return false;
        }
        return size() > 0 || receiver.hasEnded() || pollLate(cx);
    }

    /** Closed, but a producer that was let in before has not finished: its item is waited for. */
    private boolean pollLate(Context cx) {
        Poll<T> late = receiver.pollRecv(cx);
        if (late.isPending()) {
            return false;
        }
        carried = late.get();
        if (carried != null) {
            carriedBytes = measured(carried);
            carried = carriedBytes == UNMEASURABLE ? null : carried;
        }
        return true;
    }

    /**
     * Moves items to the empty list {@code batch} until a limit is reached or none is left; an item that cannot be
     * sent is left out and reported.
     *
     * @return how many items were taken, those left out included
     */
    int take(List<T> batch) {
        takenBytes = 0;
        leftOutItems = 0;
        while (batch.size() < settings.maxBatchItems()) {
            boolean wasCarried = carried != null;
            T item = wasCarried ? carried : receiver.tryRecv();
            if (item == null) {
                break;
            }
            int bytes = wasCarried ? carriedBytes : measured(item);
            carried = null;
            if (bytes == UNMEASURABLE) {
                continue;
            }
            if (bytes > settings.maxBatchBytes() - takenBytes) {
                carried = item;
                carriedBytes = bytes;
                break;
            }
            takenBytes += bytes;
            batch.add(item);
        }
        learn(batch.size());
        return batch.size() + leftOutItems;
    }

    /** Bytes of the last batch taken. */
    int takenBytes() {
        return takenBytes;
    }

    /** Items of the last {@link #take} that were left out. */
    int leftOutItems() {
        return leftOutItems;
    }

    /** Whether the inlet is closed and everything that was accepted has been taken. */
    boolean hasEnded() {
        return carried == null && receiver.hasEnded();
    }

    /** Takes one item regardless of its size, for giving it up; null if none waits. */
    @Nullable
    T discard() {
        T item = carried;
        carried = null;
        return item != null ? item : receiver.tryRecv();
    }

    /** Turns senders away; what was sent is still taken. */
    void close() {
        receiver.close();
    }

    private int carriedItems() {
        return carried == null ? 0 : 1;
    }

    /** The size of an item that can be sent; otherwise leaves it out. */
    private int measured(T item) {
        int bytes;
        try {
            bytes = measure.bytes(item);
        } catch (RuntimeException e) {
            leaveOut(item, DropReason.ENCODING_FAILED, e);
            return UNMEASURABLE;
        }
        if (bytes > settings.maxBatchBytes()) {
            leaveOut(item, DropReason.TOO_LARGE, null);
            return UNMEASURABLE;
        }
        return Math.max(0, bytes);
    }

    private void leaveOut(T item, DropReason reason, @Nullable Throwable cause) {
        leftOutItems++;
        leftOut.leftOut(item, reason, cause);
    }

    private void learn(int items) {
        if (items > 0) {
            double mean = (double) takenBytes / items;
            meanBytes += meanBytes == 0 ? mean : (mean - meanBytes) / MEAN_WEIGHT;
        }
    }
}
