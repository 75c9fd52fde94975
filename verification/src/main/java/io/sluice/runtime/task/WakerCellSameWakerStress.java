package io.sluice.runtime.task;

import io.sluice.runtime.Waker;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** As {@link WakerCellStress}, but the consumer finds its own waker registered and stores nothing. */
@JCStressTest
@Outcome(id = "1, 0", expect = Expect.FORBIDDEN, desc = "the registration of before was lost")
@Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "seen, and woken")
@Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "not seen, but woken")
@Outcome(id = "0, 0", expect = Expect.FORBIDDEN, desc = "asleep over a change")
@State
public class WakerCellSameWakerStress {

    private final WakerCell cell = new WakerCell();
    private final Waker waker = () -> woken = 1;
    private volatile int changed;
    private volatile int woken;

    public WakerCellSameWakerStress() {
        cell.register(waker);
    }

    @Actor
    public void consumer(II_Result r) {
        cell.register(waker);
        r.r1 = changed;
    }

    @Actor
    public void producer() {
        changed = 1;
        cell.wake();
    }

    @Arbiter
    public void look(II_Result r) {
        r.r2 = woken;
    }
}
