package io.sluice.agent.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.runtime.testkit.ManualClock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Sizes are given with what a request costs besides its body. */
class CustodyTest {

    private static final int MAX = 80_000;

    private final ManualClock clock = new ManualClock();
    private final Custody custody = new Custody(MAX, 4, clock);

    private Custody.Share take(String sender, long bytes) {
        return custody.tryReserve(sender, bytes - Custody.REQUEST_BYTES);
    }

    private long fill(String sender, int bytes) {
        long taken = 0;
        while (take(sender, bytes) != null) {
            taken += bytes;
        }
        return taken;
    }

    @Test
    void senderAlone_mayHaveAll_toTheLastByte() {
        Custody.Share most = take("a", MAX - 1_000);
        assertThat(most).isNotNull();
        assertThat(take("a", 1_001)).isNull();
        assertThat(take("a", 1_000)).isNotNull();
        assertThat(custody.heldBytes()).isEqualTo(MAX);
        most.release();
        most.release();
        assertThat(custody.heldBytes()).isEqualTo(1_000);
        assertThat(custody.peakBytes()).isEqualTo(MAX);
        assertThat(custody.senders().get(0).refusedRequests()).isEqualTo(1);
    }

    @Test
    void share_growsWithinTheBound_andSettlesOnWhatTheBodyTakes() {
        Custody.Share share = take("a", 1_000);
        assertThat(share.tryGrow(MAX - 1_000)).isTrue();
        assertThat(share.tryGrow(1)).isFalse();
        assertThat(share.trySettleOn(500)).isTrue();
        assertThat(custody.heldBytes()).isEqualTo(500 + Custody.REQUEST_BYTES);
        assertThat(share.trySettleOn(MAX)).isFalse();
        assertThat(share.trySettleOn(MAX - Custody.REQUEST_BYTES)).isTrue();
        share.release();
        assertThat(custody.heldBytes()).isZero();
    }

    /** The last eighth is for those that hold less than their share. */
    @Test
    void noisySender_leavesRoomForTheOthers() {
        take("quiet", 1_000).release();
        assertThat(fill("noisy", 1_000)).isEqualTo(MAX - MAX / 8);
        assertThat(fill("quiet", 1_000)).isEqualTo(MAX / 8);
        assertThat(custody.heldBytes()).isEqualTo(MAX);
    }

    @Test
    void senders_thatBothWantMore_comeToHaveTheSame() {
        Map<String, Deque<Custody.Share>> held =
                new HashMap<>(Map.of("a", new ArrayDeque<>(), "b", new ArrayDeque<>()));
        take("b", 1_000).release();
        for (Custody.Share share = take("a", 1_000); share != null; share = take("a", 1_000)) {
            held.get("a").add(share);
        }
        Random random = new Random(1);
        for (int i = 0; i < 2_000; i++) {
            // What is settled is whoever's; both try at once to have what came free, a more often.
            Deque<Custody.Share> settled = held.get(random.nextBoolean() ? "a" : "b");
            if (!settled.isEmpty()) {
                settled.remove().release();
            }
            for (String sender : List.of("a", "a", "a", "b")) {
                Custody.Share share = take(sender, 1_000);
                if (share != null) {
                    held.get(sender).add(share);
                }
            }
        }
        assertThat(held.get("a").size()).isBetween(30, 45);
        assertThat(held.get("b").size()).isBetween(30, 45);
    }

    @Test
    void senders_beyondTheirNumber_shareOnePlace_untilOthersAreForgotten() {
        for (String name : List.of("a", "b", "c", "d", "e", "f")) {
            assertThat(take(name, 1_000).sender().name()).isEqualTo(name.compareTo("d") <= 0 ? name : Custody.OTHERS);
        }
        assertThat(custody.senders()).hasSize(5);
        clock.advance(Custody.KNOWN.plus(Duration.ofSeconds(1)));
        assertThat(take("g", 1_000).sender().name())
                .as("those that hold something stay")
                .isEqualTo(Custody.OTHERS);
    }

    @Test
    void silentSender_isForgotten_andItsCountsStay() {
        Custody.Share share = take("a", 1_000);
        share.sender().delivered(7);
        share.release();
        take("b", 1_000);
        clock.advance(Custody.KNOWN.plus(Duration.ofSeconds(1)));
        take("c", 1_000);

        List<String> names = new ArrayList<>();
        custody.senders().forEach(sender -> names.add(sender.name()));
        assertThat(names).containsExactly("b", "c", Custody.OTHERS);
        assertThat(custody.unattributed().deliveredItems()).isEqualTo(7);
    }

    @Test
    void senderThatIsAloneAgain_mayHaveAllAgain() {
        take("a", 1_000).release();
        take("b", 1_000).release();
        assertThat(fill("b", 1_000)).isEqualTo(MAX - MAX / 8);
        clock.advance(Custody.KNOWN.plus(Duration.ofSeconds(1)));
        assertThat(fill("b", 1_000)).isEqualTo(MAX / 8);
    }
}
