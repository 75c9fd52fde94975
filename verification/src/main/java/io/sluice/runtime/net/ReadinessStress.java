package io.sluice.runtime.net;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.Z_Result;

/** What a reader found empty against the event that says otherwise. */
public final class ReadinessStress {

    private ReadinessStress() {}

    /** The event comes while the reader's call comes back empty-handed. */
    @JCStressTest
    @Outcome(id = "true", expect = ACCEPTABLE, desc = "the event is remembered")
    @Outcome(id = "false", expect = FORBIDDEN, desc = "the event was wiped out, and the reader waits for the next")
    @State
    public static class ClearAgainstEvent {
        private final Readiness readiness = new Readiness(Readiness.READ);
        private final int observed = readiness.observe();

        @Actor
        public void reader() {
            readiness.clear(Readiness.READ, observed);
        }

        @Actor
        public void driver() {
            readiness.markReady(Readiness.READ);
        }

        @Arbiter
        public void judge(Z_Result result) {
            result.r1 = Readiness.isReady(readiness.observe(), Readiness.READ);
        }
    }

    /** A close comes while a direction is cleared. */
    @JCStressTest
    @Outcome(id = "true", expect = ACCEPTABLE, desc = "whoever asks finds out from the channel that it is closed")
    @Outcome(id = "false", expect = FORBIDDEN, desc = "somebody waits for a channel that is closed")
    @State
    public static class ClearAgainstClose {
        private final Readiness readiness = new Readiness(Readiness.READ);
        private final int observed = readiness.observe();

        @Actor
        public void reader() {
            readiness.clear(Readiness.READ, observed);
        }

        @Actor
        public void closer() {
            readiness.close();
        }

        @Arbiter
        public void judge(Z_Result result) {
            result.r1 = Readiness.isReady(readiness.observe(), Readiness.READ);
        }
    }
}
