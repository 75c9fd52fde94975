package io.sluice.runtime.fs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.runtime.AsyncRuntime;
import io.sluice.runtime.Future;
import io.sluice.runtime.Handle;
import io.sluice.runtime.JoinHandle;
import io.sluice.runtime.Poll;
import io.sluice.runtime.io.AsyncIo;
import io.sluice.runtime.io.TooLongException;
import io.sluice.runtime.net.TcpListener;
import io.sluice.runtime.net.TcpStream;
import io.sluice.runtime.testkit.TestWaker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files of a directory of their own, and on their way to a socket. */
@Timeout(30)
class AsyncFileTest {

    private final AsyncRuntime runtime = AsyncRuntime.builder().workerThreads(2).build();
    private final Handle handle = runtime.handle();

    @TempDir
    private Path directory;

    @AfterEach
    void stop() {
        runtime.close();
    }

    @Test
    void file_writtenInPieces_isReadBackWhole() throws Exception {
        byte[] bytes = random(3 * AsyncFile.CHUNK_BYTES + 17);
        Path path = directory.resolve("file");
        try (AsyncFile file = open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            for (int at = 0; at < bytes.length; at += 1000) {
                runtime.blockOn(AsyncIo.writeAll(file, ByteBuffer.wrap(bytes, at, Math.min(1000, bytes.length - at))));
            }
            runtime.blockOn(file.sync());
            assertThat(runtime.blockOn(file.size())).isEqualTo(bytes.length);
        }

        assertThat(Files.readAllBytes(path)).isEqualTo(bytes);
        try (AsyncFile file = open(path)) {
            assertThat(runtime.blockOn(AsyncIo.readToEnd(file, bytes.length))).isEqualTo(bytes);
            assertThat(runtime.blockOn(AsyncIo.read(file, ByteBuffer.allocate(1))))
                    .isEqualTo(AsyncIo.END);
        }
    }

    @Test
    void readAndWrite_inTurn_standWhereTheReaderStood() throws Exception {
        Path path = directory.resolve("file");
        Files.writeString(path, "0123456789");
        try (AsyncFile file = open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            runtime.blockOn(AsyncIo.readExact(file, ByteBuffer.allocate(3)));
            runtime.blockOn(AsyncIo.writeAll(file, ByteBuffer.wrap("abc".getBytes())));
            ByteBuffer rest = ByteBuffer.allocate(4);
            runtime.blockOn(AsyncIo.readExact(file, rest));
            assertThat(new String(rest.array())).isEqualTo("6789");
            runtime.blockOn(file.seek(1));
            runtime.blockOn(AsyncIo.readExact(file, rest.clear()));
            assertThat(new String(rest.array())).isEqualTo("12ab");
        }
        assertThat(Files.readString(path)).isEqualTo("012abc6789");
    }

    @Test
    void position_isWhereTheReaderOrWriterStands() throws Exception {
        Path path = directory.resolve("file");
        Files.writeString(path, "0123456789");
        try (AsyncFile file = open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            assertThat(runtime.blockOn(file.position())).isZero();
            runtime.blockOn(AsyncIo.readExact(file, ByteBuffer.allocate(3)));
            assertThat(runtime.blockOn(file.position())).isEqualTo(3);
            runtime.blockOn(AsyncIo.writeAll(file, ByteBuffer.wrap("abc".getBytes())));
            assertThat(runtime.blockOn(file.position())).isEqualTo(6);
            runtime.blockOn(file.seek(12));
            runtime.blockOn(AsyncIo.writeAll(file, ByteBuffer.wrap("x".getBytes())));
            assertThat(runtime.blockOn(file.position())).isEqualTo(13);
        }
        assertThat(Files.readString(path)).isEqualTo("012abc6789\0\0x");
    }

    @Test
    void append_writesAtTheEnd_whoeverElseDoes_andSaysSo() throws Exception {
        Path path = directory.resolve("file");
        Files.writeString(path, "old ");
        try (AsyncFile one = open(path, StandardOpenOption.APPEND);
                AsyncFile two = open(path, StandardOpenOption.APPEND)) {
            assertThat(runtime.blockOn(one.position())).isEqualTo(4);
            runtime.blockOn(AsyncIo.writeAll(one, ByteBuffer.wrap("one ".getBytes())));
            assertThat(runtime.blockOn(one.position())).isEqualTo(8);
            runtime.blockOn(AsyncIo.writeAll(two, ByteBuffer.wrap("two ".getBytes())));
            assertThat(runtime.blockOn(two.position())).isEqualTo(12);
            runtime.blockOn(one.seek(0));
            runtime.blockOn(AsyncIo.writeAll(one, ByteBuffer.wrap("end".getBytes())));
            assertThat(runtime.blockOn(one.position())).isEqualTo(15);
        }
        assertThat(Files.readString(path)).isEqualTo("old one two end");
    }

    @Test
    void read_cancelled_losesNothing() throws Exception {
        Path path = directory.resolve("file");
        Files.writeString(path, "abc");
        TestWaker waker = new TestWaker();
        try (AsyncFile file = open(path)) {
            ByteBuffer target = ByteBuffer.allocate(3);
            file.pollRead(waker.context(), target.limit(1)); // pending, or quick
            target.limit(3);
            runtime.blockOn(AsyncIo.readExact(file, target));

            assertThat(new String(target.array())).isEqualTo("abc");
        }
    }

    @Test
    void write_toAFileOpenedForReading_failsWithTheFlush() throws Exception {
        Path path = directory.resolve("file");
        Files.writeString(path, "abc");
        try (AsyncFile file = open(path)) {
            Future<Void> write = AsyncIo.writeAll(file, ByteBuffer.allocate(1));
            runtime.blockOn(write);

            assertThatThrownBy(() -> runtime.blockOn(AsyncIo.flush(file))).isInstanceOf(Exception.class);
        }
    }

    @Test
    void closed_orMissing_filesSaySo() throws Exception {
        assertThatThrownBy(() -> open(directory.resolve("nothing"))).isInstanceOf(NoSuchFileException.class);
        Path path = directory.resolve("file");
        Files.writeString(path, "abc");
        AsyncFile file = open(path);
        file.close();
        file.close();

        assertThatThrownBy(() -> runtime.blockOn(AsyncIo.read(file, ByteBuffer.allocate(1))))
                .isInstanceOf(ClosedChannelException.class);
    }

    @Test
    void open_cancelledInBetween_closesWhatItOpened() throws Exception {
        Path path = directory.resolve("file");
        Files.writeString(path, "abc");
        for (int i = 0; i < 200; i++) {
            Future<AsyncFile> opening = AsyncFile.open(handle, path);
            Poll<AsyncFile> quick = opening.poll(new TestWaker().context());
            if (quick.isReady()) {
                quick.get().close();
            }
            opening.cancel();
        }
        runtime.close(); // waits for the blocking pool

        assertThat(openFiles(path)).isZero();
    }

    /** By this process, as far as the system tells. */
    private static long openFiles(Path path) throws IOException {
        Path own = Path.of("/proc/self/fd");
        if (!Files.isDirectory(own)) {
            return 0;
        }
        long count = 0;
        try (DirectoryStream<Path> links = Files.newDirectoryStream(own)) {
            for (Path link : links) {
                try {
                    count += Files.readSymbolicLink(link).equals(path.toRealPath()) ? 1 : 0;
                } catch (NoSuchFileException gone) {
                    continue; // the directory's own
                }
            }
        }
        return count;
    }

    @Test
    void wholeFiles_directories_andMetadata() throws Exception {
        Path path = directory.resolve("file");
        runtime.blockOn(AsyncFiles.write(handle, path, new byte[100]));

        assertThat(runtime.blockOn(AsyncFiles.read(handle, path, 100))).hasSize(100);
        assertThatThrownBy(() -> runtime.blockOn(AsyncFiles.read(handle, path, 99)))
                .isInstanceOf(TooLongException.class)
                .hasMessageContaining("99");
        assertThat(runtime.blockOn(AsyncFiles.metadata(handle, path)).size()).isEqualTo(100);
        assertThat(runtime.blockOn(AsyncFiles.list(handle, directory))).containsExactly(path);
        assertThat(runtime.blockOn(AsyncFiles.delete(handle, path))).isTrue();
        assertThat(runtime.blockOn(AsyncFiles.delete(handle, path))).isFalse();
    }

    // ---- to a socket --------------------------------------------------------------------------------------------

    @Test
    void sendFile_toASlowReader_sendsAll_andSaysIfTheFileWasShorter() throws Exception {
        byte[] bytes = random(9_000_001);
        Path path = directory.resolve("file");
        Files.write(path, bytes);
        try (TcpListener listener = listen();
                TcpStream client = runtime.blockOn(TcpStream.connect(handle, listener.localAddress()));
                TcpStream server = runtime.blockOn(listener.accept());
                FileChannel file = FileChannel.open(path)) {
            JoinHandle<Long> sending = handle.spawn(server.sendFile(handle, file, 1, 10_000_000));
            ByteBuffer received = ByteBuffer.allocate(bytes.length - 1);
            runtime.blockOn(AsyncIo.readExact(client, received));

            assertThat(runtime.blockOn(sending)).isEqualTo(bytes.length - 1);
            assertThat(server.bytesWritten()).isEqualTo(bytes.length - 1);
            assertThat(received.flip()).isEqualTo(ByteBuffer.wrap(bytes, 1, bytes.length - 1));
            runtime.blockOn(AsyncIo.writeAll(server, ByteBuffer.wrap(new byte[5])));
            runtime.blockOn(AsyncIo.readExact(client, ByteBuffer.allocate(5)));
        }
    }

    @Test
    void sendFile_toAPeerThatDoesNotRead_waits_andEndsWithTheStream() throws Exception {
        Path path = directory.resolve("file");
        Files.write(path, new byte[20_000_000]);
        try (TcpListener listener = listen();
                TcpStream client = runtime.blockOn(TcpStream.connect(handle, listener.localAddress()));
                TcpStream server = runtime.blockOn(listener.accept());
                FileChannel file = FileChannel.open(path)) {
            JoinHandle<Long> sending = handle.spawn(server.sendFile(handle, file, 0, 20_000_000));
            runtime.blockOn(AsyncIo.readExact(client, ByteBuffer.allocate(100_000)));
            assertThat(sending.isFinished()).isFalse();
            server.close();

            assertThatThrownBy(() -> runtime.blockOn(sending)).hasCauseInstanceOf(IOException.class);
        }
        assertThat(handle.ioDriver().registrations()).isZero();
    }

    @Test
    void sendFile_ofNothing_isReadyAtOnce() throws Exception {
        Path path = directory.resolve("file");
        Files.write(path, new byte[10]);
        try (TcpListener listener = listen();
                TcpStream client = runtime.blockOn(TcpStream.connect(handle, listener.localAddress()));
                FileChannel file = FileChannel.open(path)) {
            assertThat(runtime.blockOn(client.sendFile(handle, file, 0, 0))).isZero();
            assertThat(runtime.blockOn(client.sendFile(handle, file, 10, 5))).isZero();
            assertThatThrownBy(() -> client.sendFile(handle, file, -1, 5)).hasMessageContaining("-1 and 5");
        }
    }

    private TcpListener listen() throws IOException {
        return TcpListener.bind(handle, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    private AsyncFile open(Path path, StandardOpenOption... options) throws Exception {
        return runtime.blockOn(AsyncFile.open(handle, path, options));
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(13).nextBytes(bytes);
        return bytes;
    }
}
