package io.sluice.agent.otel;

import static java.util.Objects.requireNonNull;

import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.common.CompletableResultCode;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How the SDK of an agent ends with its JVM: after the last of the application's shutdown hooks, whatever they take, and
 * for as long as the drain may take, instead of beside them and for 10 seconds.
 *
 * <p>What is held when the JVM begins to end is sent at once all the same, so that a hook of the application that never
 * ends costs no more than what came after that.
 */
final class AgentEnding {

    /** What the SDK waits for exporters that are none of ours. */
    private static final Duration OTHERS = Duration.ofSeconds(10);

    private final Sluiceway way;

    /** Any thread: set once the SDK is complete. */
    private volatile @Nullable OpenTelemetrySdk sdk;

    private AgentEnding(Sluiceway way) {
        this.way = requireNonNull(way, "way");
    }

    /**
     * Takes the ending over from {@code builder}, the SDK's own that is being configured.
     *
     * @param late tells whether what it is given will run after all hooks
     * @return null if it stays as it is
     */
    static @Nullable AgentEnding takeOver(Object builder, Sluiceway way, Predicate<Runnable> late) {
        try {
            Method disable = builder.getClass().getMethod("disableShutdownHook");
            AgentEnding ending = new AgentEnding(way);
            if (!late.test(ending::end)) {
                return null;
            }
            disable.invoke(builder);
            Runtime.getRuntime().addShutdownHook(new Thread(null, way::sendNow, "sluice-end", 0, false));
            return ending;
        } catch (ReflectiveOperationException | RuntimeException | LinkageError stays) {
            return null;
        }
    }

    /** The SDK that ends. */
    void of(OpenTelemetrySdk complete) {
        this.sdk = complete;
    }

    /** On the JVM's last thread. */
    private void end() {
        OpenTelemetrySdk ending = sdk;
        if (ending == null) {
            return;
        }
        try {
            CompletableResultCode ended = ending.shutdown();
            Duration ours = way.drainTimeout().plusSeconds(1);
            ended.join(Math.max(OTHERS.toMillis(), ours.toMillis()), TimeUnit.MILLISECONDS);
        } catch (RuntimeException | LinkageError bug) {
            Diagnostics.uncaught("end", bug);
        }
    }
}
