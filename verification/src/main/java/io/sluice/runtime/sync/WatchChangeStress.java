package io.sluice.runtime.sync;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * Two senders change the value without a lock while a receiver reads twice: no change is lost, and no value comes back.
 * First and second reading and the end are counted in changes.
 */
@JCStressTest
@Outcome(
        id = {"0, 0, 2", "0, 1, 2", "0, 2, 2", "1, 1, 2", "1, 2, 2", "2, 2, 2"},
        expect = Expect.ACCEPTABLE,
        desc = "values rise, both changes arrive")
@Outcome(expect = Expect.FORBIDDEN, desc = "a change is lost, half seen, or seen backwards")
@State
public class WatchChangeStress {

    /** Not safely published by itself: what the reader sees of it comes by the channel. */
    private static final class Count {
        int value;

        Count plusOne() {
            Count next = new Count();
            next.value = value + 1;
            return next;
        }
    }

    private final Watch.Channel<Count> channel = Watch.channel(new Count());

    @Actor
    public void change() {
        channel.sender().sendModify(Count::plusOne);
    }

    @Actor
    public void changeToo() {
        channel.sender().sendModify(Count::plusOne);
    }

    @Actor
    public void read(III_Result r) {
        r.r1 = channel.receiver().borrow().value;
        r.r2 = channel.receiver().borrowAndUpdate().value;
    }

    @Arbiter
    public void end(III_Result r) {
        r.r3 = channel.sender().borrow().value;
    }
}
