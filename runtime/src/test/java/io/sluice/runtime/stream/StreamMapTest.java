package io.sluice.runtime.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.runtime.Context;
import io.sluice.runtime.Poll;
import io.sluice.runtime.sync.Mpsc;
import io.sluice.runtime.testkit.TestWaker;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class StreamMapTest {

    private final TestWaker waker = new TestWaker();
    private final StreamMap<String, Integer> map = new StreamMap<>();

    @Test
    void values_comeWithTheirKeys_inTurn_andEndedStreamsGo() throws Exception {
        map.put("a", Streams.of(1, 2, 3));
        map.put("b", Streams.of(10, 20));
        map.put("c", Streams.of());

        List<String> seen = new ArrayList<>();
        for (Poll<StreamMap.Keyed<String, Integer>> next = map.pollNext(waker.context());
                next.isReady() && next.get() != null;
                next = map.pollNext(waker.context())) {
            seen.add(next.get().key() + next.get().value());
        }

        assertThat(seen).containsExactlyInAnyOrder("a1", "a2", "a3", "b10", "b20");
        assertThat(seen.subList(0, 3)).containsAnyOf("b10").containsAnyOf("a1");
        assertThat(map.size()).isZero();
        assertThat(map.pollNext(waker.context()).isReady()).isTrue();
    }

    @Test
    void everyMember_isLookedAtOnceInAPoll_alsoIfSomeEndMeanwhile() throws Exception {
        for (int round = 0; round < 7; round++) {
            StreamMap<Integer, Integer> many = new StreamMap<>();
            int[] looks = new int[7];
            for (int i = 0; i < 7; i++) {
                int member = i;
                many.put(i, cx -> {
                    looks[member]++;
                    return looks[0] < 0 || member % 2 == 0 ? Poll.pending() : Poll.ready();
                });
            }
            for (int i = 0; i < round; i++) {
                many.put(0, cx -> Poll.ready(1)); // moves on who is first
                while (many.pollNext(waker.context()).isPending()) {
                    continue;
                }
            }
            int[] before = looks.clone();
            many.put(0, cx -> {
                looks[0]++;
                return Poll.pending();
            });
            many.pollNext(waker.context());
            for (int key : List.of(0, 2, 4, 6)) {
                assertThat(looks[key]).as("looks at %s in round %s", key, round).isEqualTo(before[key] + 1);
            }
        }
    }

    @Test
    void member_putOrWoken_isHeardOf() throws Exception {
        Mpsc.Channel<Integer> channel = Mpsc.bounded(4);
        map.put("a", Streams.of(channel.receiver()));
        map.put("quiet", cx -> Poll.pending());
        assertThat(map.pollNext(waker.context()).isPending()).isTrue();
        channel.sender().trySend(7);

        assertThat(waker.isWoken()).isTrue();
        assertThat(map.pollNext(waker.context()).get()).isEqualTo(new StreamMap.Keyed<>("a", 7));
        channel.sender().close();
        assertThat(map.pollNext(waker.context()).isPending()).isTrue();
        assertThat(map.keys()).containsExactly("quiet");
    }

    @Test
    void removedAndReplaced_streams_areGivenBackUncancelled() {
        Cancellable first = new Cancellable();
        Cancellable second = new Cancellable();
        assertThat(map.put("a", first)).isNull();
        assertThat(map.put("a", second)).isSameAs(first);
        assertThat(map.remove("a")).isSameAs(second);
        assertThat(map.remove("a")).isNull();

        assertThat(first.cancels.get() + second.cancels.get()).isZero();
    }

    @Test
    void failure_takesItsStreamOut_andTheOthersGoOn() throws Exception {
        Cancellable failing = new Cancellable();
        failing.failure = new IOException("broken");
        map.put("bad", failing);
        map.put("good", Streams.of(1));

        assertThatThrownBy(() -> map.pollNext(waker.context())).isSameAs(failing.failure);

        assertThat(failing.cancels).hasValue(1);
        assertThat(map.pollNext(waker.context()).get()).isEqualTo(new StreamMap.Keyed<>("good", 1));
    }

    @Test
    void cancel_cancelsAll_once() {
        Cancellable one = new Cancellable();
        Cancellable two = new Cancellable();
        map.put("one", one);
        map.put("two", two);
        map.cancel();
        map.cancel();

        assertThat(one.cancels).hasValue(1);
        assertThat(two.cancels).hasValue(1);
    }

    private static final class Cancellable implements Stream<Integer> {
        private final AtomicInteger cancels = new AtomicInteger();
        private IOException failure;

        @Override
        public Poll<Integer> pollNext(Context cx) throws IOException {
            if (failure != null) {
                throw failure;
            }
            return Poll.pending();
        }

        @Override
        public void cancel() {
            cancels.incrementAndGet();
        }
    }
}
