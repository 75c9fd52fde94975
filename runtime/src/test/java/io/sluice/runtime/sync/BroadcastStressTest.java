package io.sluice.runtime.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.runtime.AsyncRuntime;
import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.JoinHandle;
import io.sluice.runtime.Poll;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tasks on a real runtime: every receiver gets every value once and in order, or is told how many it missed. */
@Timeout(60)
class BroadcastStressTest {

    private static final int RECEIVERS = 5;
    private static final int PRODUCERS = 3;
    private static final int VALUES = 10_000;

    private final AsyncRuntime runtime =
            AsyncRuntime.builder().workerThreads(3).enableIo(false).build();
    private final Threads threads = new Threads();

    @AfterEach
    void end() {
        threads.close();
        assertThat(runtime.shutdown(Duration.ofSeconds(20))).isTrue();
    }

    private record Value(int producer, int number) {}

    @Test
    void recv_withRoomForAll_getsEveryValueExactlyOnce() throws Exception {
        Broadcast.Channel<Value> channel = Broadcast.channel(PRODUCERS * VALUES);
        List<JoinHandle<Received>> readers = spawnReaders(channel);
        produce(channel.sender());
        for (JoinHandle<Received> reader : readers) {
            Received received = runtime.blockOn(reader);
            assertThat(received.missed).isZero();
            assertThat(received.next).containsOnly(VALUES);
        }
        assertThat(channel.sender().waiters()).isZero();
        assertThat(channel.sender().len()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 16})
    void recv_tooSlow_getsOrMissesEveryValueExactlyOnce(int capacity) throws Exception {
        Broadcast.Channel<Value> channel = Broadcast.channel(capacity);
        List<JoinHandle<Received>> readers = spawnReaders(channel);
        produce(channel.sender());
        for (JoinHandle<Received> reader : readers) {
            Received received = runtime.blockOn(reader);
            assertThat(received.count + received.missed).isEqualTo(PRODUCERS * VALUES);
        }
        assertThat(channel.sender().waiters()).isZero();
        assertThat(channel.sender().receivers()).isZero();
    }

    private List<JoinHandle<Received>> spawnReaders(Broadcast.Channel<Value> channel) {
        List<JoinHandle<Received>> readers = new ArrayList<>();
        for (int i = 0; i < RECEIVERS; i++) {
            readers.add(runtime.handle().spawn(new Reading(channel.sender().subscribe(), i % 2 == 0 ? 3 : 0)));
        }
        channel.receiver().close();
        return readers;
    }

    private void produce(Broadcast.Sender<Value> sender) throws Exception {
        for (int p = 0; p < PRODUCERS; p++) {
            int producer = p;
            Broadcast.Sender<Value> own = sender.dup();
            threads.start(() -> {
                for (int i = 0; i < VALUES; i++) {
                    assertThat(own.send(new Value(producer, i))).isEqualTo(RECEIVERS);
                }
                own.close();
                return null;
            });
        }
        sender.close();
        threads.join();
    }

    private static final class Received {
        final int[] next = new int[PRODUCERS];
        long count;
        long missed;

        void add(Value value) {
            assertThat(value.number).isGreaterThanOrEqualTo(next[value.producer]);
            if (missed == 0) {
                assertThat(value.number).isEqualTo(next[value.producer]);
            }
            next[value.producer] = value.number + 1;
            count++;
        }

        @Override
        public String toString() {
            return count + " received, " + missed + " missed, next " + Arrays.toString(next);
        }
    }

    /** Receives until the end; gives up one wait in {@code impatience} and begins anew, as the loser of a select. */
    private static final class Reading implements Future<Received> {

        private final Broadcast.Receiver<Value> receiver;
        private final int impatience;
        private final Received received = new Received();
        private Future<Value> recv;
        private int waits;

        Reading(Broadcast.Receiver<Value> receiver, int impatience) {
            this.receiver = receiver;
            this.impatience = impatience;
            this.recv = receiver.recv();
        }

        @Override
        public Poll<Received> poll(Context cx) {
            for (; ; ) {
                try {
                    Poll<Value> polled = recv.poll(cx);
                    if (polled.isPending()) {
                        waits++;
                        if (impatience > 0 && waits % impatience == 0) {
                            recv.cancel();
                            recv = receiver.recv();
                            cx.waker().wake();
                        }
                        return Poll.pending();
                    }
                    received.add(polled.get());
                } catch (LaggedException e) {
                    received.missed += e.missed();
                } catch (ClosedException e) {
                    receiver.close();
                    return Poll.ready(received);
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
                recv = receiver.recv();
            }
        }

        @Override
        public void cancel() {
            recv.cancel();
            receiver.close();
        }
    }
}
