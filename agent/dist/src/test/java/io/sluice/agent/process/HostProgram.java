package io.sluice.agent.process;

import static java.util.Objects.requireNonNull;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * A program that knows OpenTelemetry's API only: {@code HostProgram <ending> <spans>}. It prints the id of each span that
 * it ended, and then comes to its end as told.
 */
public final class HostProgram {

    /** How a program comes to its end. */
    enum Ending {
        RETURN,
        EXIT,
        UNCAUGHT,
        /** Waits to be terminated from outside. */
        SIGTERM,
        /** Four threads go on ending spans, whose ids are not printed, until the program is terminated from outside. */
        LOAD,
        /** Like {@link #EXIT}, with a shutdown hook that ends half of the spans, one every few milliseconds. */
        HOOK,
        /** Main returns; a thread that is no daemon ends the last span half a second later. */
        LATE_THREAD,
        /** Spreads its spans over one second, which is all its life. */
        ONE_SECOND,
        /** Terminated while four threads work; a hook of its own waits for what they have begun, as servers do. */
        GRACEFUL,
        /** Like {@link #EXIT}, with a hook that ends, a second later, a span that was begun long before. */
        OPEN_SPAN,
        /** Like {@link #EXIT}, with a hook that is silent for 600 ms before it begins and ends half of the spans. */
        SILENT_HOOK,
        /** Fills its heap until there is none left, for a second, while threads end spans; then does its work. */
        HUNGRY,
        /** Waits for a file named {@code go}, describes its JVM once more and returns. */
        WATCHED,
        /** Ends half of the spans, waits for a file named {@code go}, ends the others and halts. */
        HALT,
        /** Waits to be killed from outside. */
        KILL;

        /** What the process ends with. */
        int exitValue() {
            return switch (this) {
                case RETURN, LATE_THREAD, ONE_SECOND, WATCHED, HUNGRY -> 0;
                case EXIT, HOOK, OPEN_SPAN, SILENT_HOOK -> 7;
                case UNCAUGHT -> 1;
                case HALT -> 9;
                case SIGTERM, LOAD, GRACEFUL -> 128 + 15;
                case KILL -> 128 + 9;
            };
        }
    }

    private HostProgram() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        long begunNanos = System.nanoTime();
        tellStart();
        Ending ending = Ending.valueOf(arguments[0]);
        int spans = Integer.parseInt(arguments[1]);
        int late = prepare(ending, spans);
        endSpans(spans - late, ending == Ending.ONE_SECOND ? TimeUnit.SECONDS.toNanos(1) / spans : 0);
        System.out.println("spans after " + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begunNanos) + " ms");
        GlobalOpenTelemetry.getMeter("host")
                .counterBuilder("host.counter")
                .build()
                .add(1);
        emitLog();
        JvmPortrait.print(System.out);
        System.out.println("ready");
        System.out.flush();
        switch (ending) {
            case RETURN, ONE_SECOND, HUNGRY -> {}
            case LATE_THREAD -> new Thread(() -> endSpans(late, TimeUnit.MILLISECONDS.toNanos(500))).start();
            case EXIT, HOOK, OPEN_SPAN, SILENT_HOOK -> System.exit(7);
            case UNCAUGHT -> throw new IllegalStateException("on purpose");
            case SIGTERM, KILL, LOAD, GRACEFUL -> new CountDownLatch(1).await();
            case WATCHED -> {
                awaitFile(Path.of("go"));
                System.out.println("once more");
                JvmPortrait.print(System.out);
            }
            case HALT -> {
                awaitFile(Path.of("go"));
                endSpans(late, 0);
                Runtime.getRuntime().halt(9);
            }
        }
    }

    /** What was spent before main: by the clock, to 10 ms, and by all threads. */
    private static void tellStart() {
        ProcessHandle.Info process = ProcessHandle.current().info();
        process.startInstant()
                .ifPresent(start -> System.out.println("main after "
                        + Duration.between(start, Instant.now()).toMillis() + " ms, CPU "
                        + process.totalCpuDuration().orElse(Duration.ZERO).toMillis() + " ms"));
    }

    /** What is under way before the program does its work; returns how many spans are left for the end. */
    private static int prepare(Ending ending, int spans) throws InterruptedException {
        return switch (ending) {
            case RETURN, EXIT, UNCAUGHT, SIGTERM, KILL, ONE_SECOND, WATCHED -> 0;
            case HUNGRY -> {
                starve();
                yield 0;
            }
            case HALT -> spans / 2;
            case LATE_THREAD -> 1;
            case LOAD -> {
                load(spans);
                yield spans;
            }
            case GRACEFUL -> {
                serve();
                yield spans;
            }
            case HOOK -> {
                onShutdown(() -> endSpans(spans / 2, TimeUnit.MILLISECONDS.toNanos(500) / (spans / 2)));
                yield spans / 2;
            }
            case OPEN_SPAN -> {
                Span open = tracer().spanBuilder("work").startSpan();
                onShutdown(() -> {
                    LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
                    end(open);
                    System.out.flush();
                });
                yield 1;
            }
            case SILENT_HOOK -> {
                onShutdown(() -> {
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(600));
                    endSpans(spans / 2, 0);
                });
                yield spans / 2;
            }
        };
    }

    private static void onShutdown(Runnable work) {
        Runtime.getRuntime().addShutdownHook(new Thread(work));
    }

    private static Tracer tracer() {
        return GlobalOpenTelemetry.getTracer("host");
    }

    /** Returns when {@code spans} have ended. */
    private static void load(int spans) throws InterruptedException {
        CountDownLatch ended = new CountDownLatch(spans);
        Tracer tracer = tracer();
        for (int i = 0; i < 4; i++) {
            Thread thread = new Thread(() -> {
                while (true) {
                    tracer.spanBuilder("work").startSpan().end();
                    ended.countDown();
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
                }
            });
            thread.setDaemon(true);
            thread.start();
        }
        ended.await();
    }

    /** Four threads that serve, 100 ms a request, until a shutdown hook lets them finish what they have begun. */
    private static void serve() {
        CountDownLatch stop = new CountDownLatch(1);
        List<Thread> servers = new ArrayList<>();
        List<Span> served = Collections.synchronizedList(new ArrayList<>());
        for (int i = 0; i < 4; i++) {
            Thread server = new Thread(() -> {
                while (stop.getCount() > 0) {
                    Span request = tracer().spanBuilder("work").startSpan();
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
                    request.end();
                    served.add(request);
                }
            });
            server.setDaemon(true);
            server.start();
            servers.add(server);
        }
        onShutdown(() -> {
            stop.countDown();
            servers.forEach(HostProgram::join);
            served.forEach(HostProgram::print);
            System.out.flush();
        });
    }

    /** Two threads end spans, whose ids nobody prints, while the heap is full; returns when it is free again. */
    private static void starve() throws InterruptedException {
        // What is used while there is room is loaded and linked then.
        tracer().spanBuilder("work").startSpan().end();
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
        AtomicBoolean enough = new AtomicBoolean();
        List<Thread> threads = new ArrayList<>();
        Tracer tracer = tracer();
        for (int i = 0; i < 2; i++) {
            Thread thread = new Thread(() -> {
                while (!enough.get()) {
                    try {
                        tracer.spanBuilder("work").startSpan().end();
                        LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(100));
                    } catch (OutOfMemoryError expected) {
                        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
                    }
                }
            });
            thread.start();
            threads.add(thread);
        }
        long untilNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(2);
        int fillings = 0;
        while (System.nanoTime() < untilNanos) {
            fillings += fill();
        }
        enough.set(true);
        for (Thread thread : threads) {
            thread.join();
        }
        System.out.println("fillings " + fillings);
        // What waits since then is to leave the inbox first.
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
    }

    /** Takes what the heap has, in ever smaller pieces, and lets go of it. */
    private static int fill() {
        List<byte[]> taken = new ArrayList<>();
        for (int size = 1 << 20; size >= 64; size /= 4) {
            try {
                while (true) {
                    taken.add(new byte[size]);
                }
            } catch (OutOfMemoryError full) {
                // the next size
            }
        }
        return taken.isEmpty() ? 0 : 1;
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    private static void endSpans(int count, long pauseNanos) {
        for (int i = 0; i < count; i++) {
            Span span = tracer().spanBuilder("work").setAttribute("number", i).startSpan();
            LockSupport.parkNanos(pauseNanos);
            end(span);
        }
        System.out.flush();
    }

    private static void end(Span span) {
        span.end();
        print(span);
    }

    private static void print(Span span) {
        System.out.println("span " + span.getSpanContext().getSpanId());
    }

    private static void awaitFile(Path file) {
        while (!Files.exists(file)) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
    }

    private static void emitLog() {
        requireNonNull(GlobalOpenTelemetry.get())
                .getLogsBridge()
                .get("host")
                .logRecordBuilder()
                .setBody("host says hello")
                .emit();
    }
}
