package io.sluice.runtime.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.runtime.AsyncRuntime;
import io.sluice.runtime.Future;
import io.sluice.runtime.Handle;
import io.sluice.runtime.JoinHandle;
import io.sluice.runtime.Poll;
import io.sluice.runtime.io.AsyncIo;
import io.sluice.runtime.io.BlockingInput;
import io.sluice.runtime.io.BlockingOutput;
import io.sluice.runtime.io.TooLongException;
import io.sluice.runtime.testkit.TestWaker;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Children are what every Unix has: {@code sh}, {@code cat}, {@code sleep}. */
@Timeout(30)
@DisabledOnOs(OS.WINDOWS)
class ChildTest {

    private static final int MAX_BYTES = 10_000_000;
    private static final int KILLED = 128 + 9;

    private final AsyncRuntime runtime = AsyncRuntime.builder().workerThreads(2).build();
    private final Handle handle = runtime.handle();

    @AfterEach
    @Timeout(30)
    void nothingIsLeftBehind() {
        assertThat(runtime.shutdown(Duration.ofSeconds(10))).isTrue();
        assertThat(runtime.metrics().aliveTasks()).isZero();
        while (threadsOfPipes() > 0) {
            Thread.onSpinWait(); // the time limit of the test is the one that ends this
        }
    }

    private static long threadsOfPipes() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("sluice-child-"))
                .count();
    }

    private static Command shell(String script) {
        return Command.of("sh", "-c", script);
    }

    // ---- output and status --------------------------------------------------------------------------------------

    @Test
    void output_hasBothStreams_andTheStatus() throws Exception {
        Output output = runtime.blockOn(shell("echo out; echo err >&2; exit 3").output(handle, MAX_BYTES));

        assertThat(output.stdoutText()).isEqualTo("out\n");
        assertThat(output.stderrText()).isEqualTo("err\n");
        assertThat(output.status()).isEqualTo(new ExitStatus(3));
        assertThat(output.status().isSuccess()).isFalse();
    }

    @Test
    void output_ofAChildThatFillsItsStderrFirst_isWhole() throws Exception {
        Output output = runtime.blockOn(
                shell("head -c 1000000 /dev/zero >&2; head -c 500000 /dev/zero").output(handle, MAX_BYTES));

        assertThat(output.stderr()).hasSize(1_000_000);
        assertThat(output.stdout()).hasSize(500_000);
        assertThat(output.status().isSuccess()).isTrue();
    }

    @Test
    void output_beyondItsLimit_fails_andTheChildIsLetGo() throws Exception {
        Future<Output> output = shell("cat /dev/zero").output(handle, 100_000);

        assertThatThrownBy(() -> runtime.blockOn(output)).isInstanceOf(TooLongException.class);
    }

    @Test
    void arguments_environment_anddirectory_reachTheChild(@TempDir Path directory) throws Exception {
        Output output = runtime.blockOn(shell("printf '%s|' \"$1\" \"$SET\" \"${HOME-none}\"; pwd")
                .argument("name")
                .argument("two words; $HOME")
                .environment("SET", "value")
                .removeEnvironment("HOME")
                .directory(directory)
                .output(handle, MAX_BYTES));

        assertThat(output.stdoutText()).isEqualTo("two words; $HOME|value|none|" + directory.toRealPath() + "\n");
    }

    @Test
    void environment_cleared_hasOnlyWhatWasNamed() throws Exception {
        Output output = runtime.blockOn(Command.of("/usr/bin/env")
                .clearEnvironment()
                .environment("A", "1")
                .output(handle, MAX_BYTES));

        assertThat(output.stdoutText()).isEqualTo("A=1\n");
    }

    @Test
    void missing_program_orDirectory_isNamed(@TempDir Path directory) {
        assertThatThrownBy(() -> runtime.blockOn(Command.of("no-such-program").spawn(handle)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no-such-program");
        Path missing = directory.resolve("missing");
        assertThatThrownBy(
                        () -> runtime.blockOn(shell("true").directory(missing).spawn(handle)))
                .isInstanceOf(NotDirectoryException.class)
                .hasMessageContaining(missing.toString());
    }

    @Test
    void status_ofAChildWithoutStreams_isItsCode() throws Exception {
        Command quiet = shell("cat; echo not heard; exit 7").stdin(Stdio.NULL).stdout(Stdio.NULL);

        assertThat(runtime.blockOn(quiet.status(handle))).isEqualTo(new ExitStatus(7));
    }

    // ---- pipes --------------------------------------------------------------------------------------------------

    @Test
    void pipes_throughCat_bringEveryByteBack() throws Exception {
        byte[] sent = new byte[700_000];
        for (int i = 0; i < sent.length; i++) {
            sent[i] = (byte) (i * 31 >> 3);
        }
        try (Child cat = runtime.blockOn(
                Command.of("cat").stdin(Stdio.PIPED).stdout(Stdio.PIPED).spawn(handle))) {
            BlockingOutput in = cat.takeStdin();
            JoinHandle<Void> writing = handle.spawn(AsyncIo.writeAll(in, ByteBuffer.wrap(sent)));
            JoinHandle<byte[]> reading = handle.spawn(AsyncIo.readToEnd(cat.takeStdout(), MAX_BYTES));
            runtime.blockOn(writing);
            assertThat(cat.status()).isEmpty();
            runtime.blockOn(AsyncIo.shutdown(in));

            assertThat(runtime.blockOn(reading)).isEqualTo(sent);
            assertThat(runtime.blockOn(cat.await()).isSuccess()).isTrue();
            assertThatThrownBy(cat::takeStdin).hasMessageContaining("stdin");
            assertThatThrownBy(cat::takeStderr).hasMessageContaining("stderr is not piped");
        }
    }

    @Test
    void await_closesAnInputThatNobodyTook() throws Exception {
        try (Child cat = runtime.blockOn(
                Command.of("cat").stdin(Stdio.PIPED).stdout(Stdio.NULL).spawn(handle))) {
            assertThat(runtime.blockOn(cat.await()).isSuccess()).isTrue();
        }
    }

    @Test
    void stdout_closed_breaksThePipeOfTheChild() throws Exception {
        try (Child yes = runtime.blockOn(
                Command.of("yes").stdout(Stdio.PIPED).stderr(Stdio.NULL).spawn(handle))) {
            BlockingInput out = yes.takeStdout();
            ByteBuffer some = ByteBuffer.allocate(4);
            runtime.blockOn(AsyncIo.readExact(out, some));
            out.close();

            assertThat(runtime.blockOn(yes.await()).isSuccess()).isFalse();
            assertThat(new String(some.array(), StandardCharsets.US_ASCII)).isEqualTo("y\ny\n");
        }
    }

    @Test
    void input_whoseChildIsGone_saysSo() throws Exception {
        try (Child gone = runtime.blockOn(shell("exit 0").stdin(Stdio.PIPED).spawn(handle))) {
            BlockingOutput in = gone.takeStdin();
            runtime.blockOn(gone.await());

            assertThatThrownBy(() -> runtime.blockOn(AsyncIo.writeAll(in, ByteBuffer.allocate(200_000))))
                    .isInstanceOf(IOException.class);
        }
    }

    // ---- the end ------------------------------------------------------------------------------------------------

    @Test
    void kill_whileSomebodyWaits_endsBoth() throws Exception {
        try (Child sleeping = runtime.blockOn(Command.of("sleep", "1000").spawn(handle))) {
            JoinHandle<ExitStatus> waiting = handle.spawn(sleeping.await());

            assertThat(runtime.blockOn(sleeping.kill())).isEqualTo(new ExitStatus(KILLED));
            assertThat(runtime.blockOn(waiting)).isEqualTo(new ExitStatus(KILLED));
            assertThat(runtime.blockOn(sleeping.kill())).isEqualTo(new ExitStatus(KILLED));
            assertThat(sleeping.status()).contains(new ExitStatus(KILLED));
        }
    }

    @Test
    void kill_leavesWhatWaitsInThePipe() throws Exception {
        try (Child child = runtime.blockOn(
                shell("echo said; exec sleep 1000").stdout(Stdio.PIPED).spawn(handle))) {
            BlockingInput out = child.takeStdout();
            runtime.blockOn(AsyncIo.readExact(out, ByteBuffer.allocate(2)));
            runtime.blockOn(child.kill());

            assertThat(new String(runtime.blockOn(AsyncIo.readToEnd(out, 100)), StandardCharsets.US_ASCII))
                    .isEqualTo("id\n");
        }
    }

    @Test
    void terminate_letsTheChildFinish() throws Exception {
        try (Child child = runtime.blockOn(shell("trap 'exit 5' TERM; echo ready; while :; do sleep 0.01; done")
                .stdout(Stdio.PIPED)
                .spawn(handle))) {
            BlockingInput out = child.takeStdout();
            runtime.blockOn(AsyncIo.readExact(out, ByteBuffer.allocate(6)));
            child.terminate();

            assertThat(runtime.blockOn(child.await())).isEqualTo(new ExitStatus(5));
            out.close();
        }
    }

    @Test
    void await_cancelled_leavesNothing_andTheChildGoesOn() throws Exception {
        try (Child cat = runtime.blockOn(
                Command.of("cat").stdin(Stdio.PIPED).stdout(Stdio.NULL).spawn(handle))) {
            BlockingOutput in = cat.takeStdin();
            List<Future<ExitStatus>> waits = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                Future<ExitStatus> wait = cat.await();
                assertThat(wait.poll(new TestWaker().context()).isPending()).isTrue();
                waits.add(wait);
            }
            assertThat(cat.waiters()).isEqualTo(100);
            waits.forEach(Future::cancel);

            assertThat(cat.waiters()).isZero();
            assertThat(cat.status()).isEmpty();
            in.close();
            assertThat(runtime.blockOn(cat.await()).isSuccess()).isTrue();
        }
    }

    @Test
    void close_killsOnlyIfItWasAskedTo() throws Exception {
        Child killed = runtime.blockOn(Command.of("sleep", "1000").killOnClose().spawn(handle));
        Child left = runtime.blockOn(
                Command.of("cat").stdin(Stdio.PIPED).stdout(Stdio.NULL).spawn(handle));
        BlockingOutput in = left.takeStdin();
        killed.close();
        left.close();

        assertThat(runtime.blockOn(killed.await())).isEqualTo(new ExitStatus(KILLED));
        assertThat(left.status()).isEmpty();
        in.close();
        assertThat(runtime.blockOn(left.await()).isSuccess()).isTrue();
    }

    @Test
    void spawn_cancelled_killsWhatWasStarted() throws Exception {
        String mark = "1000" + (ProcessHandle.current().pid() % 1000);
        for (int i = 0; i < 20; i++) {
            Future<Child> spawning = Command.of("sleep", mark).spawn(handle);
            Poll<Child> quick = spawning.poll(new TestWaker().context());
            if (quick.isReady()) {
                quick.get().startKill();
            }
            spawning.cancel();
        }
        runtime.close(); // waits for the blocking pool

        while (ProcessHandle.current().children().anyMatch(child -> isSleeping(child, mark))) {
            Thread.onSpinWait(); // the time limit of the test is the one that ends this
        }
    }

    private static boolean isSleeping(ProcessHandle child, String mark) {
        return child.isAlive()
                && child.info()
                        .arguments()
                        .map(List::of)
                        .filter(words -> words.contains(mark))
                        .isPresent();
    }

    @Test
    void runtime_closedWhileAChildIsSilent_doesNotWaitForIt() throws Exception {
        Child silent = runtime.blockOn(Command.of("sleep", "1000")
                .stdin(Stdio.PIPED)
                .stdout(Stdio.PIPED)
                .killOnClose()
                .spawn(handle));
        JoinHandle<Output> waiting = handle.spawn(silent.awaitOutput(100));
        assertThat(waiting.isFinished()).isFalse();

        assertThat(runtime.shutdown(Duration.ofSeconds(10))).isTrue();
        silent.close();
        while (silent.status().isEmpty()) {
            Thread.onSpinWait(); // the time limit of the test is the one that ends this
        }
    }
}
