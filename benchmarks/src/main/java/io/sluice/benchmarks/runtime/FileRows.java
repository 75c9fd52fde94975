package io.sluice.benchmarks.runtime;

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

/** A file of {@link #MEBIBYTES} in the page cache, over loopback, to a reader that throws it away. */
final class FileRows {

    /** Long enough that opening the file and the connection are not seen. */
    static final int MEBIBYTES = 128;

    private static final int READ_BYTES = 64 * 1024;

    private FileRows() {}

    /** How a file gets to a socket. */
    enum Way {
        SENDFILE {
            @Override
            Future<Long> send(Handle handle, AsyncFile file, TcpStream to) {
                return to.sendFile(handle, file.channel(), 0, (long) MEBIBYTES << 20);
            }
        },
        COPY {
            @Override
            Future<Long> send(Handle handle, AsyncFile file, TcpStream to) {
                return AsyncIo.copy(file, to);
            }
        },
        COPY_128K {
            @Override
            Future<Long> send(Handle handle, AsyncFile file, TcpStream to) {
                return AsyncIo.copy(file, to, 128 * 1024);
            }
        };

        /** Gives the bytes sent. */
        abstract Future<Long> send(Handle handle, AsyncFile file, TcpStream to);
    }

    /** The file, of which a process makes one when it first asks. */
    static Path file() {
        return Source.PATH;
    }

    private static final class Source {
        static final Path PATH = create();

        private static Path create() {
            try {
                Path path = Files.createTempFile("sluice-file-rows", null);
                path.toFile().deleteOnExit();
                return Files.write(path, new byte[MEBIBYTES << 20]);
            } catch (IOException e) {
                throw new IllegalStateException("no file to send", e);
            }
        }
    }

    /** MiB a second, from the first byte asked of the file until the reader has seen the end. */
    static double send(AsyncRuntime runtime, Clock clock, Way way) throws Exception {
        Handle handle = runtime.handle();
        try (TcpListener listener =
                        TcpListener.bind(handle, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                TcpStream reader = runtime.blockOn(TcpStream.connect(handle, listener.localAddress()));
                TcpStream writer = runtime.blockOn(listener.accept());
                AsyncFile file = runtime.blockOn(AsyncFile.open(handle, file()))) {
            long startNanos = clock.nanoTime();
            JoinHandle<Long> sending = handle.spawn(Futures.map(way.send(handle, file, writer), sent -> {
                writer.shutdownOutput();
                return sent;
            }));
            long received = runtime.blockOn(handle.spawn(AsyncIo.copy(reader, AsyncIo.sink(), READ_BYTES)));
            long sent = runtime.blockOn(sending);
            return mebibytesPerSecond(sent, received, clock.nanoTime() - startNanos);
        }
    }

    /** The rate of a transfer that lost nothing. */
    static double mebibytesPerSecond(long sent, long received, long nanos) {
        if (sent != (long) MEBIBYTES << 20 || received != sent) {
            throw new IllegalStateException(received + " of " + sent + " bytes came");
        }
        return MEBIBYTES * 1e9 / nanos;
    }
}
