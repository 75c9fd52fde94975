package io.sluice.exporter.headers;

import static io.sluice.exporter.testing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.runtime.AsyncRuntime;
import io.sluice.runtime.testkit.TestWaker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Headers from callbacks, good and bad, and from files. */
@Timeout(30)
class HeaderCallsTest {

    private final List<Throwable> uncaught = new CopyOnWriteArrayList<>();
    private final AsyncRuntime runtime = AsyncRuntime.builder()
            .workerThreads(1)
            .onUncaught((task, thrown) -> uncaught.add(thrown))
            .build();

    @TempDir
    Path folder;

    @AfterEach
    void stop() {
        runtime.close();
        assertThat(uncaught).isEmpty();
    }

    @Test
    void source_isAskedEachTime_onAThreadThatMayWait() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        List<Boolean> onWorker = new CopyOnWriteArrayList<>();
        HeaderCalls headers = new HeaderCalls(runtime.handle(), () -> {
            onWorker.add(AsyncRuntime.isWorkerThread());
            return Map.of("Authorization", "Bearer " + calls.incrementAndGet());
        });

        assertThat(runtime.blockOn(headers.ask())).containsExactly(Map.entry("Authorization", "Bearer 1"));
        assertThat(runtime.blockOn(headers.ask())).containsExactly(Map.entry("Authorization", "Bearer 2"));

        assertThat(onWorker).containsExactly(false, false);
        assertThat(headers.availableTurns()).isEqualTo(2);
    }

    @Test
    void sourceThatFails_failsThatAsk_withoutItsMessage_andNotTheNext() throws Exception {
        Map<String, String> withNull = new HashMap<>();
        withNull.put("Authorization", null);
        List<HeaderSource> answers = new ArrayList<>(List.of(
                () -> {
                    throw new IllegalStateException("token s3cret is stale");
                },
                () -> {
                    throw new NoClassDefFoundError("s3cret");
                },
                () -> null,
                () -> withNull,
                () -> Map.of("a", "b")));
        HeaderCalls headers =
                new HeaderCalls(runtime.handle(), () -> answers.remove(0).headers());

        assertFails(headers, "failed with java.lang.IllegalStateException");
        assertFails(headers, "failed with java.lang.NoClassDefFoundError");
        assertFails(headers, "returned null");
        assertFails(headers, "returned a null name or value");
        assertThat(runtime.blockOn(headers.ask())).containsExactly(Map.entry("a", "b"));
        assertThat(headers.availableTurns()).isEqualTo(2);
    }

    private void assertFails(HeaderCalls headers, String why) {
        assertThatThrownBy(() -> runtime.blockOn(headers.ask()))
                .isInstanceOf(HeadersException.class)
                .hasMessageContaining(why)
                .hasMessageNotContaining("s3cret")
                .hasNoCause();
    }

    @Test
    void sourceThatHangs_takesTwoThreads_andNoMore_untilItReturns() throws Exception {
        CountDownLatch released = new CountDownLatch(1);
        AtomicInteger inside = new AtomicInteger();
        HeaderCalls headers = new HeaderCalls(runtime.handle(), () -> {
            inside.incrementAndGet();
            released.await();
            return Map.of("a", "b");
        });
        List<HeaderCalls.Asking> hanging = List.of(headers.ask(), headers.ask());
        for (HeaderCalls.Asking asking : hanging) {
            assertThat(asking.poll(new TestWaker().context()).isPending()).isTrue();
        }
        await(() -> inside.get() == 2);
        HeaderCalls.Asking third = headers.ask();
        assertThat(third.poll(new TestWaker().context()).isPending()).isTrue();
        assertThat(third.progress()).contains("2 earlier calls to the source of headers do not return");
        assertThat(hanging.get(0).progress()).isEqualTo("waiting for the source of headers");

        // What waits in vain gives up, and the calls still hold their turns.
        hanging.forEach(HeaderCalls.Asking::cancel);
        assertThat(headers.availableTurns()).isZero();
        assertThat(inside).hasValue(2);
        released.countDown();

        assertThat(runtime.blockOn(third)).containsExactly(Map.entry("a", "b"));
        await(() -> headers.availableTurns() == 2);
    }

    @Test
    void cancelBeforeTheCallBegins_givesTheTurnBack() throws Exception {
        try (AsyncRuntime busy =
                AsyncRuntime.builder().workerThreads(1).maxBlockingThreads(1).build()) {
            CountDownLatch begun = new CountDownLatch(1);
            CountDownLatch released = new CountDownLatch(1);
            busy.handle()
                    .spawnBlocking(() -> {
                        begun.countDown();
                        return released.await(10, TimeUnit.SECONDS);
                    })
                    .detach();
            begun.await();
            AtomicInteger calls = new AtomicInteger();
            HeaderCalls headers = new HeaderCalls(busy.handle(), () -> {
                calls.incrementAndGet();
                return Map.of();
            });
            HeaderCalls.Asking asking = headers.ask();
            assertThat(asking.poll(new TestWaker().context()).isPending()).isTrue();
            assertThat(headers.availableTurns()).isEqualTo(1);

            asking.cancel();
            assertThat(headers.availableTurns()).isEqualTo(2);
            released.countDown();

            assertThat(busy.blockOn(headers.ask())).isEmpty();
            assertThat(calls).hasValue(1);
        }
    }

    @Test
    void file_isReadEachTime_inBothForms() throws Exception {
        Path file = Files.writeString(
                folder.resolve("headers"),
                "# of the collector\n\nauthorization = Bearer a=b:c\r\nX-Tenant: blue=1\nX-Empty=\n");
        HeaderSource source = HeaderSource.file("sluice.headers.file", file);

        assertThat(source.headers())
                .containsOnly(
                        Map.entry("authorization", "Bearer a=b:c"),
                        Map.entry("X-Tenant", "blue=1"),
                        Map.entry("X-Empty", ""));
        Files.writeString(file, "authorization=Bearer 2");
        assertThat(source.headers()).containsOnly(Map.entry("authorization", "Bearer 2"));
    }

    @Test
    void fileThatIsBroken_isRefused_withoutWhatIsInside() throws Exception {
        Path file = folder.resolve("headers");
        Files.writeString(file, "a=b");
        HeaderSource source = HeaderSource.file("sluice.headers.file", file);
        for (Map.Entry<String, String> broken : Map.of(
                        "",
                        "which holds no header",
                        "# only words\n",
                        "which holds no header",
                        "a=b\ns3cret",
                        "whose line 2 is no header",
                        "s3cret token=1",
                        "whose line 1 is no header",
                        "=s3cret",
                        "whose line 1 is no header",
                        "a=s3c\u0001ret",
                        "whose line 1 has a value that HTTP does not allow",
                        "a=" + "s3cret".repeat(20_000),
                        "which is larger than 65536 bytes")
                .entrySet()) {
            Files.writeString(file, broken.getKey());
            assertThatThrownBy(source::headers)
                    .isInstanceOf(HeadersException.class)
                    .hasMessageStartingWith("sluice.headers.file is " + file + ", " + broken.getValue())
                    .hasMessageContaining("; allowed: ")
                    .hasMessageNotContaining("s3c");
            assertThatThrownBy(() -> HeaderSource.file("sluice.headers.file", file))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(broken.getValue());
        }
        Files.delete(file);
        assertThatThrownBy(source::headers).hasMessageContaining("which cannot be read (NoSuchFileException)");
        assertThat(source).hasToString("file " + file);
    }
}
