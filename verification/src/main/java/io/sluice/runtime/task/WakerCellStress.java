package io.sluice.runtime.task;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.Z_Result;

/** A waker that is registered while somebody wakes: register, then look; write, then wake. */
public final class WakerCellStress {

    private WakerCellStress() {}

    /** One waiter, one waker. */
    @JCStressTest
    @Outcome(id = "true", expect = ACCEPTABLE, desc = "the waiter saw the item or was woken")
    @Outcome(id = "false", expect = FORBIDDEN, desc = "a lost wake")
    @State
    public static class RegisterAgainstWake {
        private final WakerCell cell = new WakerCell();
        private volatile boolean item;
        private volatile boolean woken;
        private boolean seen;

        @Actor
        public void waiter() {
            cell.register(() -> woken = true);
            seen = item;
        }

        @Actor
        public void waker() {
            item = true;
            cell.wake();
        }

        @Arbiter
        public void judge(Z_Result result) {
            result.r1 = seen || woken;
        }
    }

    /** One waiter, two wakers. */
    @JCStressTest
    @Outcome(id = "true", expect = ACCEPTABLE, desc = "the waiter saw an item or was woken")
    @Outcome(id = "false", expect = FORBIDDEN, desc = "a lost wake")
    @State
    public static class RegisterAgainstTwoWakes {
        private final WakerCell cell = new WakerCell();
        private volatile boolean item;
        private volatile boolean woken;
        private boolean seen;

        @Actor
        public void waiter() {
            cell.register(() -> woken = true);
            seen = item;
        }

        @Actor
        public void one() {
            item = true;
            cell.wake();
        }

        @Actor
        public void other() {
            item = true;
            cell.wake();
        }

        @Arbiter
        public void judge(Z_Result result) {
            result.r1 = seen || woken;
        }
    }
}
