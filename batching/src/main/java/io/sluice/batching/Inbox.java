package io.sluice.batching;

import io.sluice.runtime.Context;
import io.sluice.runtime.Poll;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The batch loop's end of the channel: knows when a batch is worth taking and takes it within the limits.
 *
 * <p>Items stay in the bounded channel until a batch is taken, so what waits here is what the bound counts. They are
 * taken a few at a time, which spares the producers contention; when the byte limit ends a batch in the middle of such a
 * chunk, the item that did not fit and those behind it start the next one. A {@link Lineup} may want to see more of them
 * and to change their order. Bytes are known when an item joins a
 * batch. Until then a running mean of what was seen says how many items fill one; the limit itself is kept exactly.
 *
 * <p>What throws for want of memory leaves everything in place: the items on their way, and the batch in the making,
 * which the next {@link #take} goes on with.
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

    /** One part in this many of the mean comes from the last batch: quick to follow, slow to jump. */
    private static final int MEAN_WEIGHT = 8;

    /**
     * Items taken out of the channel at once, and so the most that wait outside of its bound. Giving room back for 32 at
     * a time costs the channel half of what one at a time does; more gains nothing.
     */
    static final int CHUNK = 32;

    private final Outflow<T> outflow;
    private final ItemMeasure<? super T> measure;
    private final BatchSettings settings;
    private final BatchSink<? super T> sink;
    private final LeftOut<? super T> leftOut;

    /** Items taken out of the channel that have not joined a batch. */
    private final Lineup<T> lineup;

    /** On their way from the channel to {@link #lineup}; empty but for want of memory. */
    private final List<T> arriving = new ArrayList<>(CHUNK);

    /** Bytes of an item, on average; 0 until the first batch. */
    private double meanBytes;

    // Of the batch in the making, or of the one that was taken last.
    private int takenItems;
    private long takenWeight;
    private int takenBytes;
    private int leftOutItems;

    Inbox(
            Outflow<T> outflow,
            ItemMeasure<? super T> measure,
            BatchSettings settings,
            BatchSink<? super T> sink,
            Lineup<T> lineup,
            LeftOut<? super T> leftOut) {
        this.outflow = outflow;
        this.measure = measure;
        this.settings = settings;
        this.sink = sink;
        this.lineup = lineup;
        this.leftOut = leftOut;
    }

    /** Items that wait. */
    int size() {
        return outflow.size() + arriving.size() + lineup.size();
    }

    /** Items that make a batch due: the count, or fewer if so many are expected to reach the byte limit. */
    int dueItems() {
        if (meanBytes * settings.batchItems() <= settings.maxBatchBytes()) {
            return settings.batchItems();
        }
        return (int) Math.max(1, settings.maxBatchBytes() / meanBytes);
    }

    /**
     * Items for which a batch is not to wait any longer: it takes no more, or the inbox is half full. At least {@link
     * #dueItems}.
     */
    int fullItems() {
        int fitting = meanBytes == 0 ? Integer.MAX_VALUE : (int) (settings.maxBatchBytes() / meanBytes);
        int full = Math.min(Math.min(settings.maxBatchItems(), fitting), settings.maxQueueItems() / 2);
        return Math.max(full, dueItems());
    }

    /**
     * Whether at least {@code atLeast} items wait, or all that ever will; if not, the task is woken when it is so. True
     * with {@link #size} 0 means that the inlet is closed and nothing comes any more.
     */
    boolean pollSize(Context cx, int atLeast) {
        if (atLeast <= lineup.size()) {
            return true;
        }
        if (!outflow.pollBuffered(cx, atLeast - lineup.size())) {
            return false;
        }
        return size() > 0 || outflow.hasEnded() || pollLate(cx);
    }

    /** Closed, but a producer that was let in before has not finished: its item is waited for. */
    private boolean pollLate(Context cx) {
        Poll<T> late = outflow.pollRecv(cx);
        if (late.isPending()) {
            return false;
        }
        T item = late.get();
        if (item != null) {
            lineup.add(item);
        }
        return true;
    }

    /**
     * Adds items to the sink's batch until a limit is reached or none is left; an item that cannot be sent is left out
     * and reported, and counts towards the items like one that can.
     *
     * @return how many items were taken since the last batch was handed over, those left out included
     */
    int take() {
        lookAhead();
        T item;
        do {
            item = fetch(settings.maxBatchItems() - takenItems - leftOutItems);
        } while (item != null && add(item));
        return takenItems + leftOutItems;
    }

    /** The sink's batch has left: the next one begins. */
    void handedOver() {
        learn();
        takenItems = 0;
        takenWeight = 0;
        takenBytes = 0;
        leftOutItems = 0;
    }

    /** Items that are in the sink's batch. */
    int takenItems() {
        return takenItems;
    }

    /** What they count for. */
    long takenWeight() {
        return takenWeight;
    }

    /** Their bytes. */
    int takenBytes() {
        return takenBytes;
    }

    /** Items that were left out of it. */
    int leftOutItems() {
        return leftOutItems;
    }

    /** Whether the inlet is closed and everything that was accepted has been taken. */
    boolean hasEnded() {
        return lineup.size() == 0 && arriving.isEmpty() && outflow.hasEnded();
    }

    /** Takes one item regardless of its size, for giving it up; null if none waits. */
    @Nullable
    T discard() {
        T item = fetch(CHUNK);
        if (item != null) {
            lineup.remove();
        }
        return item;
    }

    /** Items that producers took away to make room, since the last call. */
    long takeEvicted() {
        return outflow.takeEvicted();
    }

    /** Turns senders away; what was sent is still taken. */
    void close() {
        outflow.close();
    }

    /** Who is next; up to {@code max} are taken out of the channel if nobody stands outside of it. */
    private @Nullable T fetch(int max) {
        if (max == 0) {
            return null;
        }
        if (lineup.size() == 0) {
            lineUp(Math.min(CHUNK, max));
        }
        return lineup.peek();
    }

    /** Shows the lineup what has come, as far as it wants to see it. */
    private void lookAhead() {
        int arrived = outflow.size();
        while (arrived > 0 && lineup.size() < lineup.lookAhead()) {
            int chunk = Math.min(CHUNK, Math.min(arrived, lineup.lookAhead() - lineup.size()));
            lineUp(chunk);
            arrived -= chunk;
        }
    }

    private void lineUp(int max) {
        if (arriving.isEmpty()) {
            outflow.take(arriving, max);
        }
        int lined = 0;
        try {
            for (; lined < arriving.size(); lined++) {
                lineup.add(arriving.get(lined));
            }
        } finally {
            arriving.subList(0, lined).clear();
        }
    }

    /** False if {@code item} does not fit any more and is left for the next batch. */
    private boolean add(T item) {
        int room = settings.maxBatchBytes() - takenBytes;
        int bytes;
        try {
            bytes = sink.add(item, room);
        } catch (Throwable t) { // whatever it is, it concerns this one item
            leaveOut(item, DropReason.ENCODING_FAILED, t);
            return true;
        }
        if (bytes <= room) {
            takenItems++;
            takenWeight += measure.count(item);
            takenBytes += Math.max(0, bytes);
            lineup.remove();
            return true;
        }
        if (bytes > settings.maxBatchBytes()) {
            leaveOut(item, DropReason.TOO_LARGE, null);
            return true;
        }
        return false;
    }

    private void leaveOut(T item, DropReason reason, @Nullable Throwable cause) {
        leftOutItems++;
        lineup.remove();
        leftOut.leftOut(item, reason, cause);
    }

    private void learn() {
        if (takenItems > 0) {
            double mean = (double) takenBytes / takenItems;
            meanBytes += meanBytes == 0 ? mean : (mean - meanBytes) / MEAN_WEIGHT;
        }
    }
}
