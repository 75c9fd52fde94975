package io.sluice.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class TaskLocalTest {

    private static final TaskLocal<String> TENANT = TaskLocal.named("tenant");
    private static final TaskLocal<Integer> DEPTH = TaskLocal.named("depth");

    private static AsyncRuntime runtime(boolean currentThread) {
        RuntimeBuilder builder = AsyncRuntime.builder().workerThreads(2);
        return (currentThread ? builder.currentThread() : builder).build();
    }

    private static <T> Future<T> once(Callable<T> body) {
        return cx -> Poll.ready(body.call());
    }

    private static Optional<String> seenBy(AsyncRuntime runtime) throws Exception {
        return runtime.blockOn(runtime.handle().spawn(once(TENANT::get)));
    }

    @Test
    void get_outside_isEmpty() {
        assertThat(TENANT.get()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void spawn_insideScope_inheritsAndKeeps(boolean currentThread) throws Exception {
        try (AsyncRuntime runtime = runtime(currentThread)) {
            Future<JoinHandle<JoinHandle<Optional<String>>>> parent = TENANT.scope(
                    "blue",
                    once(() ->
                            Handle.current().spawn(once(() -> Handle.current().spawn(once(TENANT::get))))));
            JoinHandle<JoinHandle<Optional<String>>> child = runtime.blockOn(parent);
            assertThat(runtime.blockOn(runtime.blockOn(child))).contains("blue");
            assertThat(seenBy(runtime)).isEmpty();
        }
    }

    @Test
    void spawnBlocking_insideScope_inherits() throws Exception {
        try (AsyncRuntime runtime = runtime(false)) {
            Future<JoinHandle<Optional<String>>> parent =
                    TENANT.scope("green", once(() -> Handle.current().spawnBlocking(TENANT::get)));
            assertThat(runtime.blockOn(runtime.blockOn(runtime.handle().spawn(parent))))
                    .contains("green");
        }
    }

    @Test
    void scope_nested_hidesAndGivesBack() throws Exception {
        StringBuilder seen = new StringBuilder();
        Future<Void> inner = DEPTH.scope(2, cx -> {
            seen.append(TENANT.get(cx).orElse("-")).append(DEPTH.get(cx).orElse(0));
            return Poll.ready();
        });
        Future<Void> outer = TENANT.scope("red", DEPTH.scope(1, cx -> {
            inner.poll(cx);
            seen.append(TENANT.get(cx).orElse("-")).append(DEPTH.get(cx).orElse(0));
            return Poll.ready();
        }));
        Context cx = Context.of(Waker.NOOP);
        outer.poll(cx);
        seen.append(TENANT.get(cx).orElse("-"));
        assertThat(seen).hasToString("red2red1-");
    }

    @Test
    void scope_pollThrows_givesBack() {
        Context cx = Context.of(Waker.NOOP);
        try {
            TENANT.scope("red", c -> {
                        throw new IllegalStateException("on purpose");
                    })
                    .poll(cx);
        } catch (Exception expected) {
            assertThat(expected).hasMessage("on purpose");
        }
        assertThat(TENANT.get(cx)).isEmpty();
    }

    @Test
    void scope_cancelled_cancelsTheInner() {
        AtomicReference<String> cancelled = new AtomicReference<>();
        TENANT.scope("red", new Future<Void>() {
                    @Override
                    public Poll<Void> poll(Context cx) {
                        return Poll.pending();
                    }

                    @Override
                    public void cancel() {
                        cancelled.set("yes");
                    }
                })
                .cancel();
        assertThat(cancelled).hasValue("yes");
    }

    @Test
    void task_ended_leavesNothingForTheNextOnTheSameWorker() throws Exception {
        try (AsyncRuntime runtime = AsyncRuntime.builder().workerThreads(1).build()) {
            runtime.blockOn(runtime.handle().spawn(TENANT.scope("red", once(TENANT::get))));
            assertThat(seenBy(runtime)).isEmpty();
        }
    }
}
