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

/** The consumer goes to sleep while the last sender sends and leaves: it is woken, and nothing is lost. */
@JCStressTest
@Outcome(
        id = {"1, 0", "1, 1"},
        expect = Expect.ACCEPTABLE,
        desc = "received")
@Outcome(id = "-1, 1", expect = Expect.ACCEPTABLE, desc = "told to wait, and woken")
@Outcome(id = "-1, 0", expect = Expect.FORBIDDEN, desc = "asleep over an item")
@Outcome(expect = Expect.FORBIDDEN, desc = "the end before the item")
@State
public class UnboundedHandOffStress {

    private final Mpsc.UnboundedChannel<Integer> channel = Mpsc.unbounded(1);
    private volatile int woken;

    @Actor
    public void consumer(II_Result r) {
        Poll<Integer> polled = channel.receiver().pollRecv(Context.of(() -> woken = 1));
        if (polled.isPending()) {
            r.r1 = -1;
        } else {
            Integer item = polled.get();
            r.r1 = item == null ? 0 : item;
        }
    }

    @Actor
    public void producer() {
        channel.sender().send(1);
        channel.sender().close();
    }

    @Arbiter
    public void look(II_Result r) {
        r.r2 = woken;
    }
}
