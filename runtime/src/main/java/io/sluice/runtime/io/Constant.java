package io.sluice.runtime.io;

import io.sluice.runtime.Context;
import java.nio.ByteBuffer;

/** Sources and sinks that are always ready, within the budget of the task. */
final class Constant {

    static final AsyncRead EMPTY = (cx, target) -> target.hasRemaining() ? AsyncIo.END : 0;

    static final AsyncWrite SINK = new Sink();

    private Constant() {}

    static AsyncRead repeat(byte value) {
        return (cx, target) -> {
            if (!target.hasRemaining()) {
                return 0;
            }
            if (!cx.proceed()) {
                return AsyncIo.PENDING;
            }
            int count = target.remaining();
            while (target.hasRemaining()) {
                target.put(value);
            }
            cx.madeProgress();
            return count;
        };
    }

    private static final class Sink implements AsyncWrite {

        @Override
        public int pollWrite(Context cx, ByteBuffer source) {
            if (!cx.proceed()) {
                return AsyncIo.PENDING;
            }
            int count = source.remaining();
            source.position(source.limit());
            cx.madeProgress();
            return count;
        }

        @Override
        public long pollWritev(Context cx, ByteBuffer[] sources, int offset, int count) {
            if (!cx.proceed()) {
                return AsyncIo.PENDING;
            }
            long taken = 0;
            for (int i = offset; i < offset + count; i++) {
                taken += sources[i].remaining();
                sources[i].position(sources[i].limit());
            }
            cx.madeProgress();
            return taken;
        }

        @Override
        public void shutdownOutput() {
            // Nobody reads it.
        }
    }
}
