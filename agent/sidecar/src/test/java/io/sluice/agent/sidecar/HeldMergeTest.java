package io.sluice.agent.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.batching.DropReason;
import io.sluice.exporter.AnswerCode;
import io.sluice.exporter.Encoder;
import io.sluice.exporter.Outcome;
import io.sluice.exporter.Payload;
import io.sluice.exporter.Signal;
import io.sluice.exporter.otlp.OtlpRequest;
import io.sluice.runtime.testkit.ManualClock;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Batches of up to 1,000 bytes of two senders. */
class HeldMergeTest {

    private static final int MAX = 1_000;

    private final ManualClock clock = new ManualClock();
    private final Custody custody = new Custody(1 << 20, 10, clock);
    private final BatchReceipt.Ledger ledger = new BatchReceipt.Ledger(custody.unattributed(), clock);
    private HeldMerge merge = merge(false);
    private int left = MAX;

    private HeldMerge merge(boolean apart) {
        return new HeldMerge(new Concatenation(), MAX, apart, clock, ledger);
    }

    @AfterEach
    void allIsGivenBack() {
        if (left < MAX) {
            finish().close();
        }
        assertThat(custody.heldBytes()).isZero();
    }

    private HeldRequest request(String sender, int bytes, int items) {
        return new HeldRequest(
                new OtlpRequest(Signal.TRACES, new byte[bytes], items),
                custody.tryReserve(sender, bytes),
                Optional.empty());
    }

    /** Whether it joined the batch. */
    private boolean add(HeldRequest request) {
        int bytes = merge.add(request, left);
        if (bytes > left) {
            assertThat(bytes).isLessThanOrEqualTo(MAX);
            return false;
        }
        left -= bytes;
        return true;
    }

    private Payload finish() {
        left = MAX;
        return merge.finish();
    }

    @Test
    void batch_takesAllSenders_untilItIsFull() {
        assertThat(add(request("a", 400, 1))).isTrue();
        assertThat(add(request("b", 600, 2))).isTrue();
        HeldRequest third = request("a", 1, 1);
        assertThat(add(third)).isFalse();
        third.share().release();
        try (Payload payload = finish()) {
            assertThat(payload.items()).isEqualTo(3);
            assertThat(custody.heldBytes()).isEqualTo(1_000 + 2 * Custody.REQUEST_BYTES);
        }
    }

    @Test
    void largeRequest_hasABatchOfItsOwn() {
        assertThat(add(request("a", 10, 1))).isTrue();
        HeldRequest large = request("a", 5_000, 1);
        assertThat(add(large)).isFalse();
        finish().close();
        assertThat(add(large)).isTrue();
        assertThat(left).isZero();
    }

    @Test
    void sendersApart_shareNoBatch() {
        merge = merge(true);
        assertThat(add(request("a", 100, 1))).isTrue();
        assertThat(add(request("a", 100, 1))).isTrue();
        HeldRequest other = request("b", 100, 1);
        assertThat(add(other)).isFalse();
        finish().close();
        assertThat(add(other)).isTrue();
    }

    @Test
    void senderOfBadData_travelsAloneForAWhile() {
        HeldRequest bad = request("bad", 100, 5);
        HeldRequest good = request("good", 100, 3);
        BatchReceipt receipt = new BatchReceipt(List.of(bad, good), ledger);
        receipt.settled(5, new Outcome.Rejected("bad", Optional.of(new AnswerCode.Http(400))));
        receipt.settled(3, new Outcome.Delivered());
        receipt.closed();
        assertThat(bad.sender().rejectedItems()).isEqualTo(5);
        assertThat(good.sender().deliveredItems()).isEqualTo(3);
        assertThat(good.sender().rejectedItems()).isZero();

        HeldRequest next = request("bad", 100, 1);
        assertThat(add(request("good", 100, 1))).isTrue();
        assertThat(add(next)).isFalse();
        finish().close();
        assertThat(add(next)).isTrue();
        HeldRequest behind = request("good", 100, 1);
        assertThat(add(behind)).isFalse();
        finish().close();

        clock.advance(BatchReceipt.QUARANTINE);
        assertThat(add(behind)).isTrue();
        assertThat(add(request("bad", 100, 1))).isTrue();
    }

    @Test
    void batchWithBadData_keepsItsSendersApart_untilItIsKnownWhose() {
        HeldRequest a = request("a", 100, 5);
        HeldRequest b = request("b", 100, 3);
        BatchReceipt receipt = new BatchReceipt(List.of(a, b), ledger);
        receipt.suspected();
        receipt.closed();
        assertThat(add(request("a", 100, 1))).isTrue();
        HeldRequest other = request("c", 100, 1);
        assertThat(add(other)).isFalse();
        assertThat(a.sender().isQuarantined(clock.nanoTime())).isFalse();
        clock.advance(BatchReceipt.SUSPICION);
        assertThat(add(other)).isTrue();
    }

    @Test
    void outcomes_areTheSenders_itemByItem() {
        HeldRequest a = request("a", 1, 4);
        HeldRequest b = request("b", 1, 6);
        BatchReceipt receipt = new BatchReceipt(List.of(a, b), ledger);
        receipt.settled(3, new Outcome.Delivered());
        receipt.settled(5, new Outcome.PartlyRejected(2, "whose?"));
        receipt.settled(2, new Outcome.Dropped(DropReason.DRAIN_DEADLINE));
        receipt.closed();

        assertThat(a.sender().deliveredItems()).isEqualTo(4);
        assertThat(b.sender().deliveredItems()).isEqualTo(4);
        assertThat(b.sender().droppedItems()).isEqualTo(Map.of("drain_deadline", 2L));
        assertThat(custody.unattributed().rejectedItems()).isEqualTo(2);
    }

    @Test
    void requestThatIsGivenUp_countsForItsSender() {
        HeldRequest request = request("a", 10, 7);
        merge.givenUp(request, DropReason.DRAIN_DEADLINE);
        assertThat(request.sender().droppedItems()).isEqualTo(Map.of("drain_deadline", 7L));
    }

    /** Adds what it gets, byte for byte. */
    private static final class Concatenation implements Encoder<OtlpRequest> {

        private final List<ByteBuffer> bodies = new ArrayList<>();
        private int items;

        @Override
        public Signal signal() {
            return Signal.TRACES;
        }

        @Override
        public int count(OtlpRequest request) {
            return request.items();
        }

        @Override
        public int add(OtlpRequest request, int maxBytes) {
            if (request.body().length <= maxBytes) {
                bodies.add(ByteBuffer.wrap(request.body()));
                items += request.items();
            }
            return request.body().length;
        }

        @Override
        public Payload finish() {
            Payload payload = new Payload(Signal.TRACES, items, bodies.toArray(ByteBuffer[]::new), () -> {});
            bodies.clear();
            items = 0;
            return payload;
        }
    }
}
