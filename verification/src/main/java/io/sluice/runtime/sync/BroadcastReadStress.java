package io.sluice.runtime.sync;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * Two receivers read the one value that is kept, without a lock, while the next one overwrites it: each reads the whole
 * value or is told that it missed it, and whoever reads last lets go of it.
 */
@JCStressTest
@Outcome(id = "1, 1, 1", expect = Expect.ACCEPTABLE, desc = "both read it before it was overwritten")
@Outcome(
        id = {"1, -1, 1", "-1, 1, 1", "-1, -1, 1"},
        expect = Expect.ACCEPTABLE,
        desc = "somebody missed it")
@Outcome(expect = Expect.FORBIDDEN, desc = "a value is wrong, half seen or miscounted")
@State
public class BroadcastReadStress {

    /** Not safely published by itself: what the reader sees of it comes by the channel. */
    private static final class Item {
        int value;
    }

    private final Broadcast.Channel<Item> channel = Broadcast.channel(1);
    private final Broadcast.Receiver<Item> one = channel.receiver();
    private final Broadcast.Receiver<Item> other = channel.sender().subscribe();

    public BroadcastReadStress() {
        send(1);
    }

    private void send(int value) {
        Item item = new Item();
        item.value = value;
        channel.sender().send(item);
    }

    @Actor
    public void send() {
        send(2);
    }

    @Actor
    public void read(III_Result r) {
        r.r1 = read(one);
    }

    @Actor
    public void readToo(III_Result r) {
        r.r2 = read(other);
    }

    /** Both have the second value still to come. */
    @Arbiter
    public void count(III_Result r) {
        boolean rest = read(one) == 2 && read(other) == 2 && channel.sender().len() == 0;
        r.r3 = rest ? 1 : 0;
    }

    private static int read(Broadcast.Receiver<Item> receiver) {
        try {
            Item item = receiver.tryRecv();
            return item == null ? 0 : item.value;
        } catch (LaggedException e) {
            return (int) -e.missed();
        } catch (ClosedException e) {
            return -100;
        }
    }
}
