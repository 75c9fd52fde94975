package io.sluice.batching;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.runtime.sync.Mpsc;
import io.sluice.runtime.sync.Permit;
import io.sluice.runtime.testkit.TestWaker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The size of an item in bytes is the number itself. */
class InboxTest {

    private final Mpsc.Channel<Integer> channel = Mpsc.bounded(1_000);
    private final Gathering gathering = new Gathering();
    private final List<Integer> batch = gathering.items;
    private final TestWaker waker = new TestWaker();
    private final Inbox<Integer> inbox = inbox(50, 100, 1_000);

    @Test
    void take_moreThanAChunk_keepsTheOrder_andLeavesTheRest() {
        IntStream.rangeClosed(1, 130).forEach(i -> channel.sender().trySend(0));

        assertThat(inbox.take()).isEqualTo(100);
        assertThat(inbox.size()).isEqualTo(30);
        handOver(inbox);
        assertThat(inbox.take()).isEqualTo(30);
        handOver(inbox);
        assertThat(inbox.take()).isZero();
    }

    @Test
    void take_endedByBytesInTheMiddleOfAChunk_goesOnInOrder() {
        IntStream.rangeClosed(1, 100).forEach(i -> channel.sender().trySend(i));
        List<Integer> all = new ArrayList<>();
        while (inbox.size() > 0) {
            handOver(inbox);
            int taken = inbox.take();
            assertThat(taken).isEqualTo(batch.size()).isPositive();
            assertThat(inbox.takenBytes())
                    .isEqualTo(batch.stream().mapToInt(i -> i).sum())
                    .isLessThanOrEqualTo(1_000);
            all.addAll(batch);
        }

        assertThat(all).isEqualTo(IntStream.rangeClosed(1, 100).boxed().toList());
    }

    @Test
    void take_countsItemsLeftOut_towardsTheLimit() {
        IntStream.rangeClosed(1, 150).forEach(i -> channel.sender().trySend(5_000));

        assertThat(inbox.take()).isEqualTo(100);
        assertThat(batch).isEmpty();
        assertThat(inbox.leftOutItems()).isEqualTo(100);
        assertThat(inbox.size()).isEqualTo(50);
    }

    @Test
    void pollSize_afterTheClose_waitsForASenderThatWasLetInBefore() {
        Mpsc.Slot<Integer> slot = channel.sender().tryReserve();
        inbox.close();
        assertThat(inbox.pollSize(waker.context(), 1)).isFalse();
        assertThat(inbox.hasEnded()).isFalse();

        slot.send(7);
        assertThat(waker.isWoken()).isTrue();
        assertThat(inbox.pollSize(waker.context(), 1)).isTrue();
        assertThat(inbox.take()).isEqualTo(1);

        assertThat(batch).containsExactly(7);
        assertThat(inbox.hasEnded()).isTrue();
        assertThat(inbox.pollSize(waker.context(), 1)).isTrue();
        assertThat(inbox.size()).isZero();
    }

    @Test
    void pollSize_afterTheClose_endsWhenTheSenderGivesUp() {
        Mpsc.Slot<Integer> slot = channel.sender().tryReserve();
        inbox.close();
        assertThat(inbox.pollSize(waker.context(), 1)).isFalse();
        slot.close();

        assertThat(waker.isWoken()).isTrue();
        assertThat(inbox.pollSize(waker.context(), 1)).isTrue();
        assertThat(inbox.size()).isZero();
    }

    @Test
    void dueItems_followTheMeanSize_betweenOneAndTheCount() {
        assertThat(inbox.dueItems()).isEqualTo(50);
        feed(10, 20);
        assertThat(inbox.dueItems()).isEqualTo(50);
        feed(900, 1);
        feed(900, 1);
        feed(900, 1);
        feed(900, 1);
        assertThat(inbox.dueItems()).isBetween(1, 4);
        for (int i = 0; i < 100; i++) {
            feed(1_000, 1);
        }
        assertThat(inbox.dueItems()).isEqualTo(1);
    }

    /** The largest first: the smallest possible order of one's own. */
    @Test
    void take_inAnotherOrder_seesWhatHasComeUpToItsLookAhead() {
        LargestFirst largestFirst = new LargestFirst(60);
        Inbox<Integer> ordered = inbox(50, 100, 1_000, largestFirst);
        IntStream.rangeClosed(1, 80).forEach(i -> channel.sender().trySend(i));

        ordered.take();
        assertThat(batch).startsWith(60, 59, 58).hasSize(19).endsWith(42);
        assertThat(ordered.size()).isEqualTo(61);
        handOver(ordered);
        ordered.take();
        assertThat(batch).startsWith(79, 78, 77);
        List<Integer> rest = new ArrayList<>();
        for (Integer item = ordered.discard(); item != null; item = ordered.discard()) {
            rest.add(item);
        }
        assertThat(rest).hasSize(61 - batch.size()).doesNotHaveDuplicates();
        assertThat(ordered.size()).isZero();
    }

    private record LargestFirst(int lookAhead, PriorityQueue<Integer> items) implements Lineup<Integer> {

        LargestFirst(int lookAhead) {
            this(lookAhead, new PriorityQueue<>(Comparator.reverseOrder()));
        }

        @Override
        public void add(Integer item) {
            items.add(item);
        }

        @Override
        public @Nullable Integer peek() {
            return items.peek();
        }

        @Override
        public void remove() {
            items.remove();
        }

        @Override
        public int size() {
            return items.size();
        }
    }

    private void feed(int bytes, int items) {
        IntStream.range(0, items).forEach(i -> channel.sender().trySend(bytes));
        inbox.take();
        handOver(inbox);
    }

    private void handOver(Inbox<Integer> from) {
        from.handedOver();
        batch.clear();
    }

    private Inbox<Integer> inbox(int batchItems, int maxBatchItems, int maxBatchBytes) {
        return inbox(batchItems, maxBatchItems, maxBatchBytes, new Arrivals<>());
    }

    private Inbox<Integer> inbox(int batchItems, int maxBatchItems, int maxBatchBytes, Lineup<Integer> lineup) {
        ItemMeasure<Integer> measure = item -> 1;
        BatchSettings settings = new BatchSettings(
                1_000,
                batchItems,
                maxBatchItems,
                maxBatchBytes,
                Duration.ofSeconds(5),
                Overflow.DROP_NEWEST,
                Duration.ZERO);
        return new Inbox<>(
                new Outflow<>(channel.receiver(), measure, new Account(), settings.overflow()),
                measure,
                settings,
                gathering,
                lineup,
                (item, reason, cause) -> {});
    }

    /** Keeps what is added. */
    private static final class Gathering implements BatchSink<Integer> {

        private final List<Integer> items = new ArrayList<>();

        @Override
        public int add(Integer item, int maxBytes) {
            if (item <= maxBytes) {
                items.add(item);
            }
            return item;
        }

        @Override
        public void accept(Settlement settlement, Permit permit) {
            throw new AssertionError("the inbox hands nothing over");
        }

        @Override
        public void leftOut(Integer item, DropReason reason, @Nullable Throwable cause) {}

        @Override
        public void abort(DropReason reason) {}
    }
}
