package io.sluice.runtime.net;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.nio.ByteBuffer;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Two threads in a system call at the same moment. */
public final class TransferBuffersStress {

    private TransferBuffersStress() {}

    /** Both borrow: never the same buffer, and what one put into his is not seen in the other's. */
    @JCStressTest
    @Outcome(
            id = {"1, 2", "2, 1"},
            expect = ACCEPTABLE,
            desc = "each has one of his own")
    @Outcome(expect = FORBIDDEN, desc = "one buffer has two borrowers, or was lost")
    @State
    public static class LeaseAgainstLease {
        private final TransferBuffers buffers = new TransferBuffers();

        public LeaseAgainstLease() {
            buffers.giveBack(ByteBuffer.allocate(1));
            buffers.giveBack(ByteBuffer.allocate(2));
        }

        @Actor
        public void one(II_Result result) {
            result.r1 = buffers.lease().capacity();
        }

        @Actor
        public void other(II_Result result) {
            result.r2 = buffers.lease().capacity();
        }
    }

    /** Both give back: both are there for the next. */
    @JCStressTest
    @Outcome(
            id = {"1, 2", "2, 1"},
            expect = ACCEPTABLE,
            desc = "both are there")
    @Outcome(expect = FORBIDDEN, desc = "a buffer was lost, or is there twice")
    @State
    public static class GiveBackAgainstGiveBack {
        private final TransferBuffers buffers = new TransferBuffers();

        @Actor
        public void one() {
            buffers.giveBack(ByteBuffer.allocate(1));
        }

        @Actor
        public void other() {
            buffers.giveBack(ByteBuffer.allocate(2));
        }

        @Arbiter
        public void judge(II_Result result) {
            result.r1 = buffers.lease().capacity();
            result.r2 = buffers.lease().capacity();
        }
    }
}
