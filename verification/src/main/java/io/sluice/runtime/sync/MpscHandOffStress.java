package io.sluice.runtime.sync;

import io.sluice.runtime.Context;
import io.sluice.runtime.Poll;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** The receiver polls while an item with a plain field comes: it has the whole item, or it is woken. */
@JCStressTest
@Outcome(id = "42, 0", expect = Expect.ACCEPTABLE, desc = "received")
@Outcome(id = "42, 1", expect = Expect.ACCEPTABLE, desc = "received, and woken besides")
@Outcome(id = "-1, 1", expect = Expect.ACCEPTABLE, desc = "told to wait, and woken")
@Outcome(id = "-1, 0", expect = Expect.FORBIDDEN, desc = "asleep over an item")
@Outcome(id = "0, 0", expect = Expect.FORBIDDEN, desc = "an item without its contents")
@Outcome(id = "0, 1", expect = Expect.FORBIDDEN, desc = "an item without its contents")
@State
public class MpscHandOffStress {

    private static final class Item {
        int contents;
    }

    private final Mpsc.Channel<Item> channel = Mpsc.bounded(2, 1);
    private final Mpsc.Sender<Item> sender = channel.sender();
    private final Mpsc.Receiver<Item> receiver = channel.receiver();
    private volatile int woken;

    @Actor
    public void consumer(II_Result r) {
        Poll<Item> polled = receiver.pollRecv(Context.of(() -> woken = 1));
        r.r1 = polled.isPending() ? -1 : polled.get().contents;
    }

    @Actor
    public void producer() {
        Item item = new Item();
        item.contents = 42;
        sender.trySend(item);
    }

    @Arbiter
    public void look(II_Result r) {
        r.r2 = woken;
    }
}
