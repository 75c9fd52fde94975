package io.sluice.runtime.sync;

import io.sluice.runtime.Context;
import java.util.Objects;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** The last waiter gives up while two permits come back, one of them perhaps by way of the queue: none is lost. */
@JCStressTest
@Outcome(id = "2, 0", expect = Expect.ACCEPTABLE, desc = "both came back, nobody waits")
@Outcome(expect = Expect.FORBIDDEN, desc = "a permit or a waiter is wrong")
@State
public class PermitsStress {

    private final Semaphore semaphore = new Semaphore(2);
    private final Permit one = taken();
    private final Permit other = taken();
    private final Semaphore.Acquire waiting = semaphore.acquire(2);

    public PermitsStress() {
        try {
            waiting.poll(Context.of(() -> {}));
        } catch (ClosedException e) {
            throw new AssertionError("nobody closes the semaphore", e);
        }
    }

    private Permit taken() {
        return Objects.requireNonNull(semaphore.tryAcquire(1));
    }

    @Actor
    public void giveUp() {
        waiting.cancel();
    }

    @Actor
    public void release() {
        one.close();
    }

    @Actor
    public void releaseOther() {
        other.close();
    }

    @Arbiter
    public void count(II_Result r) {
        r.r1 = semaphore.availablePermits();
        r.r2 = semaphore.waiters();
    }
}
