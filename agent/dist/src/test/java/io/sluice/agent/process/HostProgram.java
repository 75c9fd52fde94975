package io.sluice.agent.process;

import static java.util.Objects.requireNonNull;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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
        HOOK
    }

    private HostProgram() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Ending ending = Ending.valueOf(arguments[0]);
        int spans = Integer.parseInt(arguments[1]);
        if (ending == Ending.LOAD) {
            load(spans);
        }
        int early = switch (ending) {
            case HOOK -> spans / 2;
            case LOAD -> 0;
            case RETURN, EXIT, UNCAUGHT, SIGTERM -> spans;
        };
        if (ending == Ending.HOOK) {
            Runtime.getRuntime()
                    .addShutdownHook(new Thread(() -> endSpans(spans - early, TimeUnit.MILLISECONDS.toNanos(5))));
        }
        endSpans(early, 0);
        GlobalOpenTelemetry.getMeter("host")
                .counterBuilder("host.counter")
                .build()
                .add(1);
        emitLog();
        describeJvm();
        System.out.println("ready");
        System.out.flush();
        switch (ending) {
            case RETURN -> {}
            case EXIT, HOOK -> System.exit(7);
            case UNCAUGHT -> throw new IllegalStateException("on purpose");
            case SIGTERM, LOAD -> new CountDownLatch(1).await();
        }
    }

    /** Returns when {@code spans} have ended. */
    private static void load(int spans) throws InterruptedException {
        CountDownLatch ended = new CountDownLatch(spans);
        Tracer tracer = GlobalOpenTelemetry.getTracer("host");
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

    private static void endSpans(int count, long pauseNanos) {
        Tracer tracer = GlobalOpenTelemetry.getTracer("host");
        for (int i = 0; i < count; i++) {
            Span span = tracer.spanBuilder("work").setAttribute("number", i).startSpan();
            LockSupport.parkNanos(pauseNanos);
            span.end();
            System.out.println("span " + span.getSpanContext().getSpanId());
        }
        System.out.flush();
    }

    /** What of the agent an application could notice in its own JVM. */
    private static void describeJvm() {
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().startsWith("sluice")) {
                System.out.println("thread " + thread.getName() + (thread.isDaemon() ? " daemon" : "")
                        + (thread.getContextClassLoader() == null ? " without context loader" : ""));
            }
        }
        System.getProperties().stringPropertyNames().stream()
                .filter(name -> name.contains("netty"))
                .forEach(name -> System.out.println("property " + name));
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
