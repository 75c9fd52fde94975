package io.sluice.agent.process;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.trace.Span;
import java.io.PrintStream;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A program that does most of its work in two shutdown hooks, which pause for longer than anybody waits for quiet; a
 * counter is counted and a log record emitted at their very end.
 */
public final class SlowHookProgram {

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(700);

    private SlowHookProgram() {}

    public static void main(String[] arguments) {
        int spans = Integer.parseInt(arguments[0]);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> work(spans)));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            work(spans);
            GlobalOpenTelemetry.getMeter("hook")
                    .counterBuilder("hook.counter")
                    .build()
                    .add(1);
            GlobalOpenTelemetry.get()
                    .getLogsBridge()
                    .get("hook")
                    .logRecordBuilder()
                    .setBody("hook says good bye")
                    .emit();
        }));
        work(1);
        System.exit(7);
    }

    private static void work(int spans) {
        for (int i = 0; i < spans; i++) {
            LockSupport.parkNanos(PAUSE_NANOS);
            Span span =
                    GlobalOpenTelemetry.getTracer("hook").spanBuilder("work").startSpan();
            span.end();
            print(System.out, span.getSpanContext().getSpanId());
        }
    }

    private static void print(PrintStream out, String spanId) {
        out.println("span " + spanId);
        out.flush();
    }
}
