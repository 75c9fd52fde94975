package io.sluice.runtime.sync;

import static java.util.Objects.requireNonNull;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** A permit is closed while a part is split off it and another is merged into it: all come back, once. */
@JCStressTest
@Outcome(id = "5, 0", expect = Expect.ACCEPTABLE, desc = "all came back, nothing is held")
@Outcome(expect = Expect.FORBIDDEN, desc = "a permit was lost or came back twice")
@State
public class PermitSplitStress {

    private final Semaphore semaphore = new Semaphore(5);
    private final Permit main = requireNonNull(semaphore.tryAcquire(3));
    private final Permit other = requireNonNull(semaphore.tryAcquire(2));

    @Actor
    public void close() {
        main.close();
    }

    @Actor
    public void splitAndMerge() {
        Permit part = main.split(2);
        if (part != null) {
            part.close();
        }
        main.merge(other);
    }

    /** What the merge brought after the close is still held by the permit; a second close gives it back. */
    @Arbiter
    public void count(II_Result r) {
        main.close();
        r.r1 = semaphore.availablePermits();
        r.r2 = main.count() + other.count();
    }
}
