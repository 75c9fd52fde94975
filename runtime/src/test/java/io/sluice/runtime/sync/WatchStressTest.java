package io.sluice.runtime.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.runtime.AsyncRuntime;
import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.JoinHandle;
import io.sluice.runtime.Poll;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tasks on a real runtime: no change is lost, everybody sees the last value and the end. */
@Timeout(60)
class WatchStressTest {

    private static final int RECEIVERS = 20;
    private static final int PRODUCERS = 3;
    private static final int CHANGES = 10_000;

    private final AsyncRuntime runtime =
            AsyncRuntime.builder().workerThreads(3).enableIo(false).build();
    private final Threads threads = new Threads();

    @AfterEach
    void end() {
        threads.close();
        assertThat(runtime.shutdown(Duration.ofSeconds(20))).isTrue();
    }

    @Test
    void changed_whileManySend_seesRisingValuesUpToTheLast() throws Exception {
        Watch.Channel<Integer> channel = Watch.channel(0);
        List<JoinHandle<Integer>> readers = new ArrayList<>();
        for (int i = 0; i < RECEIVERS; i++) {
            readers.add(runtime.handle().spawn(new Watching(channel.receiver().dup())));
        }
        channel.receiver().close();
        for (int p = 0; p < PRODUCERS; p++) {
            Watch.Sender<Integer> own = channel.sender().dup();
            threads.start(() -> {
                for (int i = 0; i < CHANGES; i++) {
                    own.sendModify(value -> value + 1);
                }
                own.close();
                return null;
            });
        }
        channel.sender().close();
        threads.join();
        for (JoinHandle<Integer> reader : readers) {
            assertThat(runtime.blockOn(reader)).isEqualTo(PRODUCERS * CHANGES);
        }
        assertThat(channel.sender().waiters()).isZero();
        assertThat(channel.sender().receivers()).isZero();
    }

    @Test
    void waitFor_inTurns_losesNoTurn() throws Exception {
        int tasks = 4;
        int rounds = 1_000;
        Watch.Channel<Integer> channel = Watch.channel(0);
        List<JoinHandle<Void>> players = new ArrayList<>();
        for (int i = 0; i < tasks; i++) {
            players.add(runtime.handle().spawn(new Turns(channel, i, tasks, tasks * rounds)));
        }
        for (JoinHandle<Void> player : players) {
            runtime.blockOn(player);
        }
        assertThat(channel.sender().borrow()).isGreaterThanOrEqualTo(tasks * rounds);
        assertThat(channel.sender().waiters()).isZero();
    }

    /** Sees values until the end; the last one. */
    private static final class Watching implements Future<Integer> {

        private final Watch.Receiver<Integer> receiver;
        private Future<Void> changed;
        private int last;

        Watching(Watch.Receiver<Integer> receiver) {
            this.receiver = receiver;
            this.changed = receiver.changed();
        }

        @Override
        public Poll<Integer> poll(Context cx) throws Exception {
            try {
                while (changed.poll(cx).isReady()) {
                    int value = receiver.borrow();
                    assertThat(value).isGreaterThanOrEqualTo(last);
                    last = value;
                    changed = receiver.changed();
                }
                return Poll.pending();
            } catch (ClosedException e) {
                receiver.close();
                return Poll.ready(last);
            }
        }

        @Override
        public void cancel() {
            changed.cancel();
            receiver.close();
        }
    }

    /** Counts up whenever the count says that it is this one's turn. */
    private static final class Turns implements Future<Void> {

        private final Watch.Sender<Integer> sender;
        private final Watch.Receiver<Integer> receiver;
        private final int number;
        private final int players;
        private final int end;
        private Future<Integer> turn;

        Turns(Watch.Channel<Integer> channel, int number, int players, int end) {
            this.sender = channel.sender();
            this.receiver = sender.subscribe();
            this.number = number;
            this.players = players;
            this.end = end;
            this.turn = next();
        }

        private Future<Integer> next() {
            return receiver.waitFor(value -> value >= end || value % players == number);
        }

        @Override
        public Poll<Void> poll(Context cx) throws Exception {
            for (Poll<Integer> polled = turn.poll(cx); polled.isReady(); polled = turn.poll(cx)) {
                if (polled.get() >= end) {
                    return Poll.ready();
                }
                sender.sendModify(value -> value + 1);
                turn = next();
            }
            return Poll.pending();
        }

        @Override
        public void cancel() {
            turn.cancel();
        }
    }
}
