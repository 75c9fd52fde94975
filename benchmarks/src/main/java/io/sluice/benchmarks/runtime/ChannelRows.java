package io.sluice.benchmarks.runtime;

import io.sluice.runtime.AsyncRuntime;
import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.JoinHandle;
import io.sluice.runtime.Poll;
import io.sluice.runtime.sync.Mpsc;
import io.sluice.runtime.sync.UnboundedSender;
import java.util.ArrayList;
import java.util.List;

/** WORKLOADS e1 to e5: messages through a channel, one by one on both ends. */
final class ChannelRows {

    private static final Integer MESSAGE = 1;

    private ChannelRows() {}

    /** {@code producers} tasks send {@code each} messages to one task; channel and tasks are made within. */
    static void manyToOne(AsyncRuntime runtime, int capacity, int producers, int each) throws Exception {
        manyToOne(
                runtime,
                capacity,
                producers,
                each,
                consuming -> runtime.blockOn(runtime.handle().spawn(consuming)));
    }

    /** The same with the consumer in {@code blockOn}. */
    static void manyToRoot(AsyncRuntime runtime, int capacity, int producers, int each) throws Exception {
        manyToOne(runtime, capacity, producers, each, runtime::blockOn);
    }

    /** Where the consumer runs. */
    private interface Place {
        int run(Future<Integer> consuming) throws Exception;
    }

    private static void manyToOne(AsyncRuntime runtime, int capacity, int producers, int each, Place place)
            throws Exception {
        Mpsc.Channel<Integer> channel = Mpsc.bounded(capacity);
        List<JoinHandle<?>> tasks = new ArrayList<>();
        for (int i = 0; i < producers; i++) {
            tasks.add(runtime.handle().spawn(new Producing(channel.sender().dup(), each)));
        }
        channel.sender().close();
        int received = place.run(new Consuming(channel.receiver()));
        if (received != producers * each) {
            throw new AssertionError(received + " of " + producers * each + " received");
        }
        for (JoinHandle<?> task : tasks) {
            runtime.blockOn(task);
        }
    }

    /** One task sends {@code count} messages and then receives them: what a pair costs that nobody contends for. */
    static void alone(AsyncRuntime runtime, int count) throws Exception {
        Mpsc.Channel<Integer> channel = Mpsc.bounded(count);
        Producing producing = new Producing(channel.sender(), count);
        Consuming consuming = new Consuming(channel.receiver());
        runtime.blockOn(runtime.handle().spawn(cx -> {
            return producing.isDone() || producing.poll(cx).isReady() ? consuming.poll(cx) : Poll.pending();
        }));
    }

    /** One task sends {@code count} messages without a bound and gives way every 1,024; another receives them. */
    static void unbounded(AsyncRuntime runtime, int count) throws Exception {
        Mpsc.UnboundedChannel<Integer> channel = Mpsc.unbounded();
        JoinHandle<Void> producing = runtime.handle().spawn(new Flooding(channel.sender(), count));
        int received = runtime.blockOn(runtime.handle().spawn(new Consuming(channel.receiver())));
        if (received != count) {
            throw new AssertionError(received + " of " + count + " received");
        }
        runtime.blockOn(producing);
    }

    private static final class Flooding implements Future<Void> {

        private final UnboundedSender<Integer> sender;
        private final int count;
        private int sent;

        Flooding(UnboundedSender<Integer> sender, int count) {
            this.sender = sender;
            this.count = count;
        }

        @Override
        public Poll<Void> poll(Context cx) {
            while (sent < count) {
                sender.send(MESSAGE);
                if (++sent % 1024 == 0) {
                    cx.yieldTurn();
                    return Poll.pending();
                }
            }
            sender.close();
            return Poll.ready();
        }
    }

    private static final class Producing implements Future<Void> {

        private final Mpsc.Sender<Integer> sender;
        private int left;

        Producing(Mpsc.Sender<Integer> sender, int count) {
            this.sender = sender;
            this.left = count;
        }

        boolean isDone() {
            return left == 0;
        }

        @Override
        public Poll<Void> poll(Context cx) throws Exception {
            for (; left > 0; left--) {
                if (!sender.pollReady(cx)) {
                    return Poll.pending();
                }
                sender.send(MESSAGE);
            }
            sender.close();
            return Poll.ready();
        }
    }

    private static final class Consuming implements Future<Integer> {

        private final Mpsc.Receiver<Integer> receiver;
        private int received;

        Consuming(Mpsc.Receiver<Integer> receiver) {
            this.receiver = receiver;
        }

        @Override
        public Poll<Integer> poll(Context cx) {
            for (; ; ) {
                Poll<Integer> polled = receiver.pollRecv(cx);
                if (polled.isPending()) {
                    return Poll.pending();
                }
                if (polled.get() == null) {
                    return Poll.ready(received);
                }
                received++;
            }
        }
    }
}
