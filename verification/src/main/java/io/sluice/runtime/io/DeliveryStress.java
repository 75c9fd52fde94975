package io.sluice.runtime.io;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** A file is opened while nobody wants it any more. */
public final class DeliveryStress {

    private DeliveryStress() {}

    /** The blocking thread has the file while the task is cancelled. */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "closed once")
    @Outcome(expect = FORBIDDEN, desc = "a file stays open, or is closed twice")
    @State
    public static class HandAgainstRefuse {
        private final Delivery delivery = new Delivery();
        private final AtomicInteger closed = new AtomicInteger();

        @Actor
        public void worker() {
            AutoCloseable file = closed::incrementAndGet;
            delivery.hand(file);
        }

        @Actor
        public void canceller() {
            delivery.refuse();
        }

        @Arbiter
        public void judge(I_Result result) {
            result.r1 = closed.get();
        }
    }
}
