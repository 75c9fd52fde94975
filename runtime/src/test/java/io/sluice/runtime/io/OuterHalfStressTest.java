package io.sluice.runtime.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.runtime.AsyncRuntime;
import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Futures;
import io.sluice.runtime.Handle;
import io.sluice.runtime.JoinHandle;
import io.sluice.runtime.Poll;
import io.sluice.runtime.Yield;
import io.sluice.runtime.collect.JoinSet;
import io.sluice.runtime.fs.AsyncFile;
import io.sluice.runtime.stream.StreamMap;
import io.sluice.runtime.stream.Streams;
import io.sluice.runtime.sync.Mpsc;
import io.sluice.runtime.testkit.TestWaker;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Pipes, pools, halves, files and maps of streams on real workers: nothing is lost, and nothing is left behind. */
@Timeout(60)
class OuterHalfStressTest {

    private static final int TASKS = 40;

    private final AtomicInteger uncaught = new AtomicInteger();
    private final AsyncRuntime runtime = AsyncRuntime.builder()
            .workerThreads(3)
            .onUncaught((task, thrown) -> uncaught.incrementAndGet())
            .build();
    private final Handle handle = runtime.handle();

    @AfterEach
    void nothingIsLeftBehind() {
        assertThat(runtime.shutdown(Duration.ofSeconds(10))).isTrue();
        assertThat(runtime.metrics().aliveTasks()).isZero();
        assertThat(runtime.metrics().timers()).isZero();
        assertThat(uncaught).hasValue(0);
    }

    @Test
    void duplexes_withBuffersOfAllSizes_loseNoByte() throws Exception {
        List<JoinHandle<byte[]>> readers = new ArrayList<>();
        List<byte[]> sent = new ArrayList<>();
        try (JoinSet<Void> writers = new JoinSet<>()) {
            for (int i = 0; i < TASKS; i++) {
                byte[] bytes = new byte[50_000];
                new Random(i).nextBytes(bytes);
                sent.add(bytes);
                Duplex.Pair pair = Duplex.pair(1 + i * 37);
                readers.add(handle.spawn(AsyncIo.readToEnd(pair.b(), bytes.length)));
                writers.spawn(
                        handle,
                        Futures.andThen(
                                AsyncIo.writeAll(pair.a(), ByteBuffer.wrap(bytes)),
                                done -> AsyncIo.shutdown(pair.a())));
            }
            for (int i = 0; i < TASKS; i++) {
                assertThat(runtime.blockOn(readers.get(i))).isEqualTo(sent.get(i));
            }
            assertThat(runtime.blockOn(writers.joinAll())).hasSize(TASKS);
        }
    }

    @Test
    void pooledBuffers_passedFromTaskToTask_allComeBack_andAreNeverShared() throws Exception {
        BufferPool pool = BufferPool.tracking(3, 64);
        AtomicInteger shared = new AtomicInteger();
        try (JoinSet<Integer> tasks = new JoinSet<>()) {
            for (int i = 0; i < TASKS; i++) {
                tasks.spawn(handle, new Borrowing(pool, i, shared));
            }
            assertThat(runtime.blockOn(tasks.joinAll())).hasSize(TASKS);
        }
        assertThat(shared).hasValue(0);
        assertThat(pool.leased()).isZero();
        assertThat(pool.leaks()).isEmpty();
    }

    /** Borrows 200 times, writes its number into the buffer, gives way, and looks whether it is still there. */
    private static final class Borrowing implements Future<Integer> {
        private final BufferPool pool;
        private final int number;
        private final AtomicInteger shared;
        private Future<BufferPool.Lease> waiting;
        private BufferPool.Lease lease;
        private Yield turn;
        private int rounds;

        Borrowing(BufferPool pool, int number, AtomicInteger shared) {
            this.pool = pool;
            this.number = number;
            this.shared = shared;
            this.waiting = pool.lease();
        }

        @Override
        public Poll<Integer> poll(Context cx) throws Exception {
            while (rounds < 200) {
                if (lease == null) {
                    Poll<BufferPool.Lease> polled = waiting.poll(cx);
                    if (polled.isPending()) {
                        return Poll.pending();
                    }
                    lease = polled.get();
                    lease.buffer().putInt(0, number);
                    turn = Yield.now();
                }
                if (turn.poll(cx).isPending()) {
                    return Poll.pending();
                }
                shared.addAndGet(lease.buffer().getInt(0) == number ? 0 : 1);
                lease.close();
                lease = null;
                rounds++;
                waiting = pool.lease();
            }
            return Poll.ready(rounds);
        }

        @Override
        public void cancel() {
            waiting.cancel();
            if (lease != null) {
                lease.close();
            }
        }
    }

    @Test
    void halves_heldByTwoTasks_closeTheirStreamWithTheSecond() throws Exception {
        for (int round = 0; round < 300; round++) {
            Duplex.Pair pair = Duplex.pair(64);
            Halves halves = Halves.of(pair.a());
            JoinHandle<Void> reading = handle.spawn(closing(halves.reader()));
            JoinHandle<Void> writing = handle.spawn(closing(halves.writer()));
            assertThat(runtime.blockOn(AsyncIo.read(pair.b(), ByteBuffer.allocate(1))))
                    .isEqualTo(AsyncIo.END);
            runtime.blockOn(reading);
            runtime.blockOn(writing);

            assertThatThrownBy(() -> pair.b().pollWrite(new TestWaker().context(), ByteBuffer.allocate(1)))
                    .hasMessageContaining("broken pipe");
        }
    }

    private static Future<Void> closing(AutoCloseable half) {
        return cx -> {
            half.close();
            return Poll.ready();
        };
    }

    @Test
    void blockingOutputs_flushedFromTasks_haveItAllOut() throws Exception {
        try (JoinSet<Long> tasks = new JoinSet<>()) {
            for (int i = 0; i < 8; i++) {
                Checked sink = new Checked();
                byte[] bytes = new byte[30_000];
                new Random(i).nextBytes(bytes);
                CRC32 expected = new CRC32();
                expected.update(bytes);
                BlockingOutput output = BlockingOutput.owning(sink, "stress-output");
                tasks.spawn(
                        handle,
                        Futures.map(
                                Futures.andThen(
                                        AsyncIo.writeAll(output, ByteBuffer.wrap(bytes)),
                                        done -> AsyncIo.flush(output)),
                                flushed -> {
                                    output.close();
                                    return sink.value() - expected.getValue();
                                }));
            }
            assertThat(runtime.blockOn(tasks.joinAll())).hasSize(8).containsOnly(0L);
        }
    }

    /** Written by one thread, read behind a flush. */
    private static final class Checked extends OutputStream {
        private final CRC32 sum = new CRC32();

        @Override
        public void write(int one) {
            sum.update(one);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            sum.update(bytes, offset, length);
        }

        long value() {
            return sum.getValue();
        }
    }

    @Test
    void files_openedReadAndCancelledByManyTasks_areAllClosed(@TempDir Path directory) throws Exception {
        Path path = directory.resolve("file");
        Files.write(path, new byte[300_000]);
        long before = openFiles(path);
        try (JoinSet<Integer> tasks = new JoinSet<>()) {
            for (int i = 0; i < TASKS; i++) {
                boolean impatient = i % 3 == 0;
                tasks.spawn(handle, reading(path, impatient));
            }
            assertThat(runtime.blockOn(tasks.joinAll())).hasSize(TASKS).contains(300_000, -1);
        }
        assertThat(runtime.shutdown(Duration.ofSeconds(10))).isTrue(); // waits for the blocking pool

        assertThat(openFiles(path)).isEqualTo(before);
    }

    private Future<Integer> reading(Path path, boolean impatient) {
        Future<Integer> reading = Futures.andThen(
                AsyncFile.open(handle, path),
                file -> Futures.map(AsyncIo.readToEnd(file, 300_000), bytes -> {
                    file.close();
                    return bytes.length;
                }));
        if (!impatient) {
            return reading;
        }
        return cx -> {
            Future<AsyncFile> opening = AsyncFile.open(handle, path);
            Poll<AsyncFile> opened = opening.poll(cx);
            if (opened.isReady()) {
                opened.get().close();
            }
            opening.cancel();
            return Poll.ready(-1);
        };
    }

    /** By this process, as far as the system tells. */
    private static long openFiles(Path path) throws Exception {
        Path own = Path.of("/proc/self/fd");
        if (!Files.isDirectory(own)) {
            return 0;
        }
        try (Stream<Path> links = Files.list(own)) {
            return links.filter(link -> link.toFile().exists()
                            && path.toFile().equals(resolved(link).toFile()))
                    .count();
        }
    }

    private static Path resolved(Path link) {
        try {
            return Files.readSymbolicLink(link);
        } catch (IOException gone) {
            return link;
        }
    }

    @Test
    void streamMap_fedByManyTasks_givesEachValueOnce() throws Exception {
        StreamMap<Integer, Integer> map = new StreamMap<>();
        for (int i = 0; i < TASKS; i++) {
            Mpsc.Channel<Integer> channel = Mpsc.bounded(3);
            map.put(i, Streams.of(channel.receiver()));
            Mpsc.Sender<Integer> sender = channel.sender();
            handle.spawn(Futures.map(
                            Streams.of(range(100))
                                    .then(value -> Futures.map(sender.sendAsync(value), sent -> value))
                                    .forEach(value -> {}),
                            done -> {
                                sender.close();
                                return done;
                            }))
                    .detach();
        }
        long[] sums = new long[TASKS];
        runtime.blockOn(handle.spawn(map.forEach(each -> sums[each.key()] += each.value())));

        assertThat(sums).containsOnly(100 * 99 / 2);
    }

    private static List<Integer> range(int end) {
        List<Integer> values = new ArrayList<>();
        for (int i = 0; i < end; i++) {
            values.add(i);
        }
        return values;
    }
}
