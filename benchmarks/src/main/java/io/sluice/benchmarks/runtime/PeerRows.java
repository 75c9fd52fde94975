package io.sluice.benchmarks.runtime;

import io.sluice.benchmarks.LatencyHistogram;
import io.sluice.runtime.time.Clock;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The JDK's own ways to run many tasks, in a process of their own: {@code virtual|forkjoin [--quick] [row...]}; prints
 * what {@link RuntimeRows} prints. Rows that have no counterpart there are left out: nothing that waits runs on the
 * fork-join pool, and a virtual thread that yields is the JDK's {@code Thread.yield}.
 *
 * <p>Virtual threads need a Java 21 or newer, and are looked up there by name, since this is compiled for 17. The
 * scheduler of virtual threads is held to two carriers by the system properties that {@link RuntimeBenchmark} sets. What fails inside a row keeps it from ending, and the
 * benchmark from passing.
 */
@SuppressWarnings({"ThreadPriorityCheck", "FutureReturnValueIgnored"
}) // yields are what is measured; see the class comment
public final class PeerRows {

    private static final Integer MESSAGE = 1;
    private static final Integer END = -1;
    private static final int SPAWNS = 10_000;
    private static final int CHUNK_BYTES = 64 * 1024;

    /** One run of a row. */
    private interface Run {
        double[] measure() throws Exception;
    }

    /** What is timed in rows of one figure. */
    private interface Body {
        void run() throws Exception;
    }

    private final Clock clock = Clock.system();
    private final ExecutorService executor;
    private final boolean quick;

    private PeerRows(ExecutorService executor, boolean quick) {
        this.executor = executor;
        this.quick = quick;
    }

    public static void main(String[] arguments) throws Exception {
        List<String> rows = new ArrayList<>(Arrays.asList(arguments));
        boolean virtual = rows.remove(0).equals("virtual");
        boolean quick = rows.remove("--quick");
        ExecutorService executor = virtual ? virtualThreads() : new ForkJoinPool(2);
        PeerRows peer = new PeerRows(executor, quick);
        for (Map.Entry<String, Run> row : (virtual ? peer.allRows() : peer.rowsWithoutWaiting()).entrySet()) {
            if (rows.isEmpty() || rows.contains(row.getKey())) {
                peer.run(row.getKey(), row.getValue());
            }
        }
        executor.shutdownNow();
    }

    private static ExecutorService virtualThreads() throws ReflectiveOperationException {
        return (ExecutorService)
                Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
    }

    private Map<String, Run> rowsWithoutWaiting() {
        Map<String, Run> rows = new LinkedHashMap<>();
        rows.put("a1", timed(this::spawnAndJoin));
        rows.put("a2", timed(this::spawnAndCount));
        rows.put("d", timed(this::chain));
        return rows;
    }

    private Map<String, Run> allRows() {
        Map<String, Run> rows = rowsWithoutWaiting();
        rows.put("a3", timed(() -> executor.submit(this::spawnAndJoin).get()));
        rows.put("b", timed(this::yielding));
        rows.put("e1", timed(() -> manyToOne(5, 100_000)));
        rows.put("e3", timed(() -> manyToOne(1, 1_000_000)));
        rows.put("f1", timed(() -> semaphore(new Semaphore(10), 1, false)));
        rows.put("f2", timed(() -> semaphore(new Semaphore(10, true), 4, true)));
        rows.put("f3", timed(() -> semaphore(new Semaphore(1, true), 1, true)));
        rows.put("h1", () -> echo(100, 2));
        rows.put("h2", () -> echo(1, 1));
        rows.put("h3", () -> new double[] {stream(2)});
        return rows;
    }

    private Run timed(Body body) {
        return () -> {
            long startNanos = clock.nanoTime();
            body.run();
            return new double[] {(clock.nanoTime() - startNanos) / (double) TimeUnit.MILLISECONDS.toNanos(1)};
        };
    }

    private void run(String row, Run run) throws Exception {
        boolean isLong = row.startsWith("h");
        List<double[]> runs = new ArrayList<>();
        double[] first = run.measure();
        int warmUp = isLong ? 2 : quick ? 3 : 20;
        long warmNanos = clock.nanoTime() + TimeUnit.MILLISECONDS.toNanos(isLong ? 0 : quick ? 500 : 4000);
        for (int i = 1; i < warmUp || clock.nanoTime() - warmNanos < 0; i++) {
            run.measure();
        }
        for (int i = 0; i < (quick ? 3 : 7); i++) {
            runs.add(run.measure());
        }
        List<Figure> figures = !isLong
                ? List.of(new Figure(row, "ms"))
                : first.length == 1 ? List.of(new Figure(row, "MiB/s")) : Figure.trips(row);
        Figure.print(figures, first, runs, "- -");
    }

    // ---- the rows ---------------------------------------------------------------------------------------------

    private Void spawnAndJoin() throws Exception {
        List<Future<?>> handles = new ArrayList<>(SPAWNS);
        for (int i = 0; i < SPAWNS; i++) {
            handles.add(executor.submit(() -> {}));
        }
        for (Future<?> handle : handles) {
            handle.get();
        }
        return null;
    }

    private void spawnAndCount() throws InterruptedException {
        AtomicInteger left = new AtomicInteger(SPAWNS);
        CountDownLatch ended = new CountDownLatch(1);
        for (int i = 0; i < SPAWNS; i++) {
            executor.execute(() -> {
                if (left.decrementAndGet() == 0) {
                    ended.countDown();
                }
            });
        }
        ended.await();
    }

    private void chain() throws InterruptedException {
        CountDownLatch ended = new CountDownLatch(1);
        executor.execute(() -> chain(1000, ended));
        ended.await();
    }

    private void chain(int left, CountDownLatch ended) {
        if (left == 0) {
            ended.countDown();
        } else {
            executor.execute(() -> chain(left - 1, ended));
        }
    }

    private void yielding() throws InterruptedException {
        CountDownLatch ended = new CountDownLatch(200);
        for (int i = 0; i < 200; i++) {
            executor.execute(() -> {
                for (int j = 0; j < 1000; j++) {
                    Thread.yield();
                }
                ended.countDown();
            });
        }
        ended.await();
    }

    private void manyToOne(int producers, int each) throws Exception {
        ArrayBlockingQueue<Integer> queue = new ArrayBlockingQueue<>(1000);
        for (int i = 0; i < producers; i++) {
            executor.submit(() -> {
                for (int j = 0; j < each; j++) {
                    queue.put(MESSAGE);
                }
                queue.put(END);
                return null;
            });
        }
        int received = executor.submit(() -> {
                    int count = 0;
                    for (int ends = 0; ends < producers; ) {
                        if (queue.take().equals(END)) {
                            ends++;
                        } else {
                            count++;
                        }
                    }
                    return count;
                })
                .get();
        if (received != producers * each) {
            throw new AssertionError(received + " of " + producers * each + " received");
        }
    }

    private void semaphore(Semaphore semaphore, int permits, boolean yields) throws Exception {
        List<Future<?>> tasks = new ArrayList<>();
        for (int i = 0; i < SemaphoreRows.TASKS; i++) {
            tasks.add(executor.submit(() -> {
                for (int j = 0; j < SemaphoreRows.ROUNDS; j++) {
                    semaphore.acquire(permits);
                    if (yields) {
                        Thread.yield();
                    }
                    semaphore.release(permits);
                }
                return null;
            }));
        }
        for (Future<?> task : tasks) {
            task.get();
        }
    }

    private double[] echo(int connections, int seconds) throws Exception {
        try (ServerSocket server = new ServerSocket(0, 128, InetAddress.getLoopbackAddress())) {
            executor.submit(() -> accept(server));
            long startNanos = clock.nanoTime();
            List<Future<LatencyHistogram>> clients = new ArrayList<>();
            for (int i = 0; i < connections; i++) {
                clients.add(executor.submit(
                        () -> client(server.getLocalPort(), startNanos + TimeUnit.SECONDS.toNanos(seconds))));
            }
            LatencyHistogram trips = new LatencyHistogram();
            for (Future<LatencyHistogram> client : clients) {
                trips.add(client.get());
            }
            double elapsed = clock.nanoTime() - startNanos;
            return new double[] {
                trips.count() * (double) TimeUnit.SECONDS.toNanos(1) / elapsed,
                trips.quantile(0.5) / 1_000.0,
                trips.quantile(0.99) / 1_000.0,
                trips.quantile(0.999) / 1_000.0
            };
        }
    }

    private Void accept(ServerSocket server) throws IOException {
        while (!server.isClosed()) {
            Socket socket = server.accept();
            socket.setTcpNoDelay(true);
            executor.submit(() -> {
                try (socket) {
                    byte[] message = new byte[64];
                    while (socket.getInputStream().readNBytes(message, 0, message.length) == message.length) {
                        socket.getOutputStream().write(message);
                    }
                }
                return null;
            });
        }
        return null;
    }

    private LatencyHistogram client(int port, long endNanos) throws IOException {
        LatencyHistogram trips = new LatencyHistogram();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setTcpNoDelay(true);
            InputStream in = socket.getInputStream();
            OutputStream out = socket.getOutputStream();
            byte[] message = new byte[64];
            long sentNanos = clock.nanoTime();
            while (sentNanos - endNanos < 0) {
                out.write(message);
                in.readNBytes(message, 0, message.length);
                long backNanos = clock.nanoTime();
                trips.record(backNanos - sentNanos);
                sentNanos = backNanos;
            }
        }
        return trips;
    }

    /** MiB a second from one thread to another, measured where they are read. */
    private double stream(int seconds) throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            executor.submit(() -> pour(server.getLocalPort(), seconds));
            return executor.submit(() -> drain(server)).get();
        }
    }

    private Void pour(int port, int seconds) throws IOException {
        byte[] chunk = new byte[CHUNK_BYTES];
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            OutputStream out = socket.getOutputStream();
            long endNanos = clock.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
            while (clock.nanoTime() - endNanos < 0) {
                out.write(chunk);
            }
        }
        return null;
    }

    private double drain(ServerSocket server) throws IOException {
        byte[] chunk = new byte[CHUNK_BYTES];
        try (Socket socket = server.accept()) {
            InputStream in = socket.getInputStream();
            long startNanos = clock.nanoTime();
            long total = 0;
            for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
                total += read;
            }
            return total / (double) (1 << 20) / ((clock.nanoTime() - startNanos) / 1e9);
        }
    }
}
