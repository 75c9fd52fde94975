package io.sluice.examples.files;

import io.sluice.runtime.AsyncRuntime;
import io.sluice.runtime.Future;
import io.sluice.runtime.Futures;
import io.sluice.runtime.Handle;
import io.sluice.runtime.JoinHandle;
import io.sluice.runtime.fs.AsyncFile;
import io.sluice.runtime.io.AsyncIo;
import io.sluice.runtime.net.TcpListener;
import io.sluice.runtime.net.TcpStream;
import io.sluice.runtime.time.Clock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Sends a file over loopback to a reader that throws it away, without taking it through the JVM and with, and says how
 * fast each was: {@code ./sluice example send-file [MIB]}.
 */
public final class SendFile {

    private static final int ROUNDS = 5;

    private SendFile() {}

    /** Ways to send a file; each gives the bytes that it sent. */
    enum Way {
        /** The kernel moves the pages; nothing is copied into the JVM. */
        SENDFILE {
            @Override
            Future<Long> send(Handle handle, AsyncFile file, long bytes, TcpStream to) {
                return to.sendFile(handle, file.channel(), 0, bytes);
            }
        },
        /** Piece by piece through a buffer. */
        COPY {
            @Override
            Future<Long> send(Handle handle, AsyncFile file, long bytes, TcpStream to) {
                return AsyncIo.copy(file, to, 128 * 1024);
            }
        };

        abstract Future<Long> send(Handle handle, AsyncFile file, long bytes, TcpStream to);
    }

    /** How long it took until the reader had all. */
    static long measureNanos(AsyncRuntime runtime, Path path, Way way) throws Exception {
        Handle handle = runtime.handle();
        long bytes = Files.size(path);
        try (TcpListener listener =
                        TcpListener.bind(handle, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                TcpStream reader = runtime.blockOn(TcpStream.connect(handle, listener.localAddress()));
                TcpStream writer = runtime.blockOn(listener.accept());
                AsyncFile file = runtime.blockOn(AsyncFile.open(handle, path))) {
            long startNanos = Clock.system().nanoTime();
            JoinHandle<Long> sending = handle.spawn(Futures.map(way.send(handle, file, bytes, writer), sent -> {
                writer.shutdownOutput();
                return sent;
            }));
            JoinHandle<Long> reading = handle.spawn(AsyncIo.copy(reader, AsyncIo.sink(), 64 * 1024));
            long received = runtime.blockOn(reading);
            if (runtime.blockOn(sending) != bytes || received != bytes) {
                throw new IOException(received + " of " + bytes + " bytes came");
            }
            return Clock.system().nanoTime() - startNanos;
        }
    }

    public static void main(String[] arguments) throws Exception {
        int mebibytes = arguments.length == 0 ? 256 : Integer.parseInt(arguments[0]);
        Path path = Files.createTempFile("sluice-send-file", null);
        try (AsyncRuntime runtime = AsyncRuntime.builder().build()) {
            Files.write(path, new byte[mebibytes << 20]);
            for (Way way : Way.values()) {
                long bestNanos = Long.MAX_VALUE;
                for (int round = 0; round < ROUNDS; round++) {
                    bestNanos = Math.min(bestNanos, measureNanos(runtime, path, way));
                }
                System.out.printf(
                        "%-8s %,d MiB/s%n", way, mebibytes * TimeUnit.SECONDS.toNanos(1) / Math.max(1, bestNanos));
            }
        } finally {
            Files.delete(path);
        }
    }
}
