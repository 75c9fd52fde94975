package io.sluice.runtime.sync;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * Two producers fill blocks of two slots, out of order at the edges, while the consumer empties and leaves them: every
 * item arrives once, with its contents, in its producer's order. Items are 10, 11, 12 and 20, 21, 22.
 */
@JCStressTest
@Outcome(id = "63, 0", expect = Expect.ACCEPTABLE, desc = "all six arrived, each in order")
@Outcome(expect = Expect.FORBIDDEN, desc = "an item is lost, doubled, half seen or out of order")
@State
public class BlockListStress {

    private static final class Item {
        int contents;
    }

    private final BlockList<Item> list = new BlockList<>(1);

    /** Consumer, then arbiter. */
    private int seen;

    private int wrong;

    @Actor
    public void producer() {
        fill(10);
    }

    @Actor
    public void producerToo() {
        fill(20);
    }

    private void fill(int first) {
        for (int i = 0; i < 3; i++) {
            Item item = new Item();
            item.contents = first + i;
            list.push(item);
        }
    }

    @Actor
    public void consumer() {
        for (int i = 0; i < 4; i++) {
            take();
        }
    }

    private boolean take() {
        Item item = list.take();
        if (item == null) {
            return false;
        }
        int producer = item.contents / 10 - 1;
        int number = item.contents % 10;
        int before = seen >>> 3 * producer & 7;
        if (producer < 0 || before != (1 << number) - 1) {
            wrong++;
        }
        seen |= 1 << 3 * Math.max(producer, 0) + number;
        return true;
    }

    @Arbiter
    public void rest(II_Result r) {
        while (take()) {
            // until nothing is left
        }
        r.r1 = seen;
        r.r2 = wrong;
    }
}
