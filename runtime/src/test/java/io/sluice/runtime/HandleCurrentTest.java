package io.sluice.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class HandleCurrentTest {

    private static AsyncRuntime runtime(boolean currentThread) {
        RuntimeBuilder builder = AsyncRuntime.builder().workerThreads(2);
        return (currentThread ? builder.currentThread() : builder).build();
    }

    @Test
    void current_outsideOfEveryRuntime_isRefusedAndSaysWhatToDo() {
        assertThat(Handle.tryCurrent()).isEmpty();
        assertThatThrownBy(Handle::current)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("blockOn")
                .hasMessageContaining("enter");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void current_inTaskRootAndBlockingWork_isTheirRuntime(boolean currentThread) throws Exception {
        try (AsyncRuntime runtime = runtime(currentThread)) {
            Handle inRoot = runtime.blockOn(cx -> Poll.ready(Handle.current()));
            Handle inTask = runtime.blockOn(runtime.handle().<Handle>spawn(cx -> Poll.ready(Handle.current())));
            Handle inWork = runtime.blockOn(runtime.handle().spawnBlocking(Handle::current));
            assertThat(inRoot).isSameAs(runtime.handle());
            assertThat(inTask).isSameAs(runtime.handle());
            assertThat(inWork).isSameAs(runtime.handle());
        }
        assertThat(Handle.tryCurrent()).isEmpty();
        assertThat(Current.foreignThreads()).isZero();
    }

    @Test
    void enter_nested_isUndoneInReverseOrder() {
        try (AsyncRuntime outer = runtime(true);
                AsyncRuntime inner = runtime(true)) {
            try (Handle.Entered first = outer.handle().enter()) {
                try (Handle.Entered second = inner.handle().enter()) {
                    assertThat(Handle.current().id()).isEqualTo(inner.handle().id());
                }
                assertThat(Handle.current().id()).isEqualTo(outer.handle().id());
            }
            assertThat(Handle.tryCurrent()).isEmpty();
        }
    }

    @Test
    void blockOn_afterEnter_isAllowed() throws Exception {
        try (AsyncRuntime runtime = runtime(false);
                Handle.Entered entered = runtime.handle().enter()) {
            assertThat(runtime.<Integer>blockOn(cx -> Poll.ready(3))).isEqualTo(3);
            assertThat(Handle.tryCurrent()).isPresent();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void blockOn_insideAnyPoll_isRefused(boolean currentThread) throws Exception {
        try (AsyncRuntime runtime = runtime(currentThread);
                AsyncRuntime other = runtime(false)) {
            Future<Integer> nested = cx -> Poll.ready(other.<Integer>blockOn(inner -> Poll.ready(1)));
            assertThatThrownBy(() -> runtime.blockOn(nested))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("must not wait");
            assertThatThrownBy(() -> runtime.blockOn(runtime.handle().spawn(nested)))
                    .hasRootCauseInstanceOf(IllegalStateException.class);
            assertThat(runtime.blockOn(
                            runtime.handle().spawnBlocking(() -> other.<Integer>blockOn(in -> Poll.ready(1)))))
                    .isEqualTo(1);
        }
    }

    @Test
    void handlesAcrossRuntimes_taskOfOneJoinsTaskOfTheOther() throws Exception {
        try (AsyncRuntime first = runtime(false);
                AsyncRuntime second = runtime(false)) {
            AtomicReference<Handle> seen = new AtomicReference<>();
            JoinHandle<Integer> far = second.handle().spawn(new Future<Integer>() {
                private Future<Void> nap;

                @Override
                public Poll<Integer> poll(Context cx) throws Exception {
                    seen.set(Handle.current());
                    if (nap == null) {
                        nap = cx.handle().sleep(Duration.ofMillis(5));
                    }
                    return nap.poll(cx).isReady() ? Poll.ready(42) : Poll.pending();
                }
            });
            assertThat(first.blockOn(first.handle().<Integer>spawn(far::poll))).isEqualTo(42);
            assertThat(seen.get()).isSameAs(second.handle());
        }
    }
}
