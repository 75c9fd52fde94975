package io.sluice.runtime.io;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.sluice.runtime.Context;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.Z_Result;

/** One direction of a duplex stream, whose reader and writer are on two workers. */
public final class PipeStress {

    private static final int FAILED = -9;

    private PipeStress() {}

    private abstract static class Shared {
        final Pipe pipe = new Pipe(1);
        volatile boolean woken;
        int outcome;

        int read() {
            try {
                return pipe.pollRead(Context.of(() -> woken = true), ByteBuffer.allocate(4));
            } catch (IOException e) {
                return FAILED;
            }
        }

        int write(int bytes) {
            try {
                ByteBuffer[] sources = {ByteBuffer.allocate(bytes)};
                return (int) pipe.pollWrite(Context.of(() -> woken = true), sources, 0, 1);
            } catch (IOException e) {
                return FAILED;
            }
        }

        boolean endedOrWoken() {
            return outcome != AsyncIo.PENDING || woken;
        }
    }

    /** A byte comes while the reader looks. */
    @JCStressTest
    @Outcome(id = "true", expect = ACCEPTABLE, desc = "the reader has the byte or was woken")
    @Outcome(id = "false", expect = FORBIDDEN, desc = "a lost wake")
    @State
    public static class ReadAgainstWrite extends Shared {
        @Actor
        public void reader() {
            outcome = read();
        }

        @Actor
        public void writer() {
            write(1);
        }

        @Arbiter
        public void judge(Z_Result result) {
            result.r1 = endedOrWoken();
        }
    }

    /** Room comes while the writer looks for it; no byte is lost or made up. */
    @JCStressTest
    @Outcome(
            id = {"2, 1", "1, 1"},
            expect = ACCEPTABLE,
            desc = "as many were read as written")
    @Outcome(expect = FORBIDDEN, desc = "a byte was lost, came twice, or a wake was lost")
    @State
    public static class WriteAgainstRead extends Shared {
        private int taken;

        public WriteAgainstRead() {
            write(1);
        }

        @Actor
        public void writer() {
            outcome = write(1);
        }

        @Actor
        public void reader() {
            taken = read();
        }

        @Arbiter
        public void judge(II_Result result) {
            int rest = read();
            int written = outcome == AsyncIo.PENDING ? 1 : 2;
            result.r1 = taken + Math.max(0, rest) == written ? written : FAILED;
            result.r2 = endedOrWoken() ? 1 : 0;
        }
    }

    /** The writer ends while the reader looks. */
    @JCStressTest
    @Outcome(id = "true", expect = ACCEPTABLE, desc = "the reader saw the end or was woken")
    @Outcome(id = "false", expect = FORBIDDEN, desc = "the reader sleeps over the end")
    @State
    public static class ReadAgainstEnd extends Shared {
        @Actor
        public void reader() {
            outcome = read();
        }

        @Actor
        public void writer() {
            pipe.endWriting();
        }

        @Arbiter
        public void judge(Z_Result result) {
            result.r1 = endedOrWoken() && read() == AsyncIo.END;
        }
    }

    /** The reader goes while the writer looks for room. */
    @JCStressTest
    @Outcome(id = "true", expect = ACCEPTABLE, desc = "the writer was refused or woken")
    @Outcome(id = "false", expect = FORBIDDEN, desc = "the writer sleeps, or writes for nobody")
    @State
    public static class WriteAgainstClose extends Shared {
        public WriteAgainstClose() {
            write(1);
        }

        @Actor
        public void writer() {
            outcome = write(1);
        }

        @Actor
        public void reader() {
            pipe.endReading();
        }

        @Arbiter
        public void judge(Z_Result result) {
            result.r1 = endedOrWoken() && write(1) == FAILED;
        }
    }
}
