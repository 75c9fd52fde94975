package io.sluice.runtime.io;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** Leases on two threads. */
public final class BufferPoolStress {

    private BufferPoolStress() {}

    /** A lease is closed twice at once: its buffer comes back once. */
    @JCStressTest
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "none is out, and one is there")
    @Outcome(expect = FORBIDDEN, desc = "the buffer was lost, or may be had twice")
    @State
    public static class CloseAgainstClose {
        private final BufferPool pool = BufferPool.of(1, 8);
        private final BufferPool.Lease lease = pool.tryLease();

        @Actor
        public void one() {
            lease.close();
        }

        @Actor
        public void other() {
            lease.close();
        }

        @Arbiter
        public void judge(II_Result result) {
            result.r1 = pool.leased();
            int count = 0;
            while (pool.tryLease() != null) {
                count++;
            }
            result.r2 = count;
        }
    }

    /** One comes back while another is asked for: who gets it finds it as if new. */
    @JCStressTest
    @Outcome(id = "-1", expect = ACCEPTABLE, desc = "asked too early")
    @Outcome(id = "8", expect = ACCEPTABLE, desc = "all of the buffer")
    @Outcome(expect = FORBIDDEN, desc = "the last holder's position was seen")
    @State
    public static class LeaseAgainstClose {
        private final BufferPool pool = BufferPool.of(1, 8);
        private final BufferPool.Lease lease = pool.tryLease();

        @Actor
        public void holder() {
            lease.buffer().position(5);
            lease.close();
        }

        @Actor
        public void next(I_Result result) {
            BufferPool.Lease taken = pool.tryLease();
            result.r1 = taken == null ? -1 : taken.buffer().remaining();
        }
    }
}
