package io.sluice.agent.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.exporter.Signal;
import io.sluice.exporter.otlp.OtlpRequest;
import io.sluice.runtime.testkit.ManualClock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FairLineTest {

    private final Custody custody = new Custody(1 << 30, 100, new ManualClock());
    private final FairLine line = new FairLine(1_000, 10);

    private void add(String sender, int bytes, int times) {
        for (int i = 0; i < times; i++) {
            Custody.Share share = custody.tryReserve(sender, bytes);
            line.add(new HeldRequest(new OtlpRequest(Signal.TRACES, new byte[bytes], i), share, Optional.empty()));
        }
    }

    private String next() {
        HeldRequest next = line.peek();
        assertThat(line.peek()).isSameAs(next);
        line.remove();
        return next.sender().name();
    }

    private List<String> next(int times) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            names.add(next());
        }
        return names;
    }

    @Test
    void senders_haveTheirTurns_whateverTheyHaveWaiting() {
        add("noisy", 500, 1_000);
        add("quiet", 500, 1);
        add("other", 500, 3);
        assertThat(line.size()).isEqualTo(1_004);
        assertThat(next(8)).containsExactly("noisy", "noisy", "quiet", "other", "other", "noisy", "noisy", "other");
        assertThat(next(3)).containsOnly("noisy");
    }

    /** One that sends large requests has no more bytes than one that sends small ones. */
    @Test
    void turns_areBytes_notRequests() {
        add("large", 5_000, 10);
        add("small", 100, 1_000);
        long large = next(510).stream().filter("large"::equals).count();
        assertThat(large).isBetween(9L, 10L);
    }

    @Test
    void requests_ofOneSender_keepTheirOrder() {
        add("a", 300, 10);
        add("b", 700, 10);
        List<Integer> ofA = new ArrayList<>();
        while (line.size() > 0) {
            HeldRequest request = line.peek();
            if (request.sender().name().equals("a")) {
                ofA.add(request.items());
            }
            line.remove();
        }
        assertThat(ofA).isSorted().hasSize(10);
        assertThat(line.peek()).isNull();
    }

    @Test
    void newcomer_waitsForOneTurn_andNotForABacklog() {
        add("huge", 1_000_000, 3);
        assertThat(next()).isEqualTo("huge");
        add("new", 10, 2);
        assertThat(next(4)).containsExactly("huge", "new", "new", "huge");
    }
}
