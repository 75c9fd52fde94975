package io.sluice.runtime.io;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.sluice.runtime.Context;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** The two holders of a stream give it up at the same moment. */
public final class HalvesStress {

    private HalvesStress() {}

    /** Counts how often it is closed. */
    private static final class Counted implements AsyncStream {
        final AtomicInteger closed = new AtomicInteger();

        @Override
        public int pollRead(Context cx, ByteBuffer target) {
            return AsyncIo.END;
        }

        @Override
        public int pollWrite(Context cx, ByteBuffer source) {
            return 0;
        }

        @Override
        public long pollWritev(Context cx, ByteBuffer[] sources, int offset, int count) {
            return 0;
        }

        @Override
        public void shutdownOutput() {}

        @Override
        public void close() {
            closed.incrementAndGet();
        }
    }

    private abstract static class Shared {
        final Counted stream = new Counted();
        final Halves halves = Halves.of(stream);
    }

    /** Both close: the second one closes the stream. */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "closed once")
    @Outcome(expect = FORBIDDEN, desc = "left open, or closed twice")
    @State
    public static class CloseAgainstClose extends Shared {
        @Actor
        public void reader() {
            halves.reader().close();
        }

        @Actor
        public void writer() {
            halves.writer().close();
        }

        @Arbiter
        public void judge(I_Result result) {
            result.r1 = stream.closed.get();
        }
    }

    /** One closes while another takes the stream back: either it has it, and it is open, or it is refused. */
    @JCStressTest
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "reunited, and open")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "refused, and closed with the second half")
    @Outcome(expect = FORBIDDEN, desc = "reunited with a stream that is closed, or refused and never closed")
    @State
    public static class ReuniteAgainstClose extends Shared {
        private int reunited;

        @Actor
        public void owner() {
            try {
                Halves.reunite(halves.reader(), halves.writer());
                reunited = 1;
            } catch (IllegalStateException e) {
                reunited = 0;
            }
        }

        @Actor
        public void reader() {
            halves.reader().close();
        }

        @Arbiter
        public void judge(II_Result result) {
            halves.writer().close();
            result.r1 = reunited;
            result.r2 = stream.closed.get();
        }
    }
}
