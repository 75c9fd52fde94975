package io.sluice.runtime.process;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Futures;
import io.sluice.runtime.Poll;
import io.sluice.runtime.io.AsyncIo;
import io.sluice.runtime.io.AsyncRead;
import io.sluice.runtime.io.BlockingInput;
import io.sluice.runtime.io.BlockingOutput;
import io.sluice.runtime.select.TryJoin;
import io.sluice.runtime.sync.CancellationToken;
import java.lang.ProcessBuilder.Redirect;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A process that was started from here.
 *
 * <p>The end comes from {@link Process#onExit}: waiting costs no thread of the runtime. A piped stream does, once
 * it is used: the JDK's pipes can only be waited for, and a read of one cannot be called off, so each has a daemon thread
 * that belongs to no runtime and holds up the end of none. It ends with its stream.
 *
 * <p>A child that fills a pipe that nobody reads waits, and so does who awaits its end: {@link #awaitOutput} reads both.
 * Any thread. Follows {@code tokio::process::Child}; the JDK reaps, so there is no queue of orphans.
 */
public final class Child implements AutoCloseable {

    private final Process process;
    private final boolean killedOnClose;
    private final CancellationToken ended = new CancellationToken();

    // Null if not piped, and once somebody took it. Any thread.
    private final AtomicReference<@Nullable BlockingOutput> stdin = new AtomicReference<>();
    private final AtomicReference<@Nullable BlockingInput> stdout = new AtomicReference<>();
    private final AtomicReference<@Nullable BlockingInput> stderr = new AtomicReference<>();

    @SuppressWarnings("FutureReturnValueIgnored") // a wake that fails is the waiting task's concern
    Child(Process process, ProcessBuilder builder, boolean killedOnClose) {
        this.process = process;
        this.killedOnClose = killedOnClose;
        String name = "sluice-child-" + process.pid();
        if (builder.redirectInput().equals(Redirect.PIPE)) {
            stdin.set(BlockingOutput.owning(process.getOutputStream(), name + "-stdin"));
        }
        if (builder.redirectOutput().equals(Redirect.PIPE)) {
            stdout.set(BlockingInput.owning(process.getInputStream(), name + "-stdout"));
        }
        if (builder.redirectError().equals(Redirect.PIPE)) {
            stderr.set(BlockingInput.owning(process.getErrorStream(), name + "-stderr"));
        }
        process.onExit().whenComplete((gone, failure) -> ended.cancel());
    }

    /** The system's number of the process, which it may use again once it has ended. */
    public long pid() {
        return process.pid();
    }

    /**
     * The child's input. Whoever takes it closes it: {@link AsyncIo#shutdown} tells the child that there is no more.
     *
     * @throws IllegalStateException if it is not piped, or was taken already
     */
    public BlockingOutput takeStdin() {
        return taken(stdin, "stdin");
    }

    /** What the child writes; as {@link #takeStdin}. Once it is closed, the child's writes fail. */
    public BlockingInput takeStdout() {
        return taken(stdout, "stdout");
    }

    /** What the child writes to its standard error; as {@link #takeStdout}. */
    public BlockingInput takeStderr() {
        return taken(stderr, "stderr");
    }

    private static <T> T taken(AtomicReference<@Nullable T> stream, String name) {
        T current = stream.getAndSet(null);
        if (current == null) {
            throw new IllegalStateException(name + " is not piped, or was taken already");
        }
        return current;
    }

    /**
     * The end of the process. An input that nobody took is closed first, so that a child that reads to the end of it
     * does not wait for ever. Cancel-safe; the process goes on. May be asked for again, also after the end.
     */
    public Future<ExitStatus> await() {
        return Futures.lazy(() -> {
            closeInput();
            return Futures.map(ended.cancelled(), nothing -> new ExitStatus(process.exitValue()));
        });
    }

    /** How the process ended, if it has. */
    public Optional<ExitStatus> status() {
        return process.isAlive() ? Optional.empty() : Optional.of(new ExitStatus(process.exitValue()));
    }

    /**
     * The end of the process, and what it wrote to the outputs that are piped and not taken, which are read at once. An
     * input that nobody took is closed first.
     *
     * <p>Fails with {@link io.sluice.runtime.io.TooLongException} if one of them is more than {@code maxBytes}; then,
     * and if it is cancelled, what was read is lost, and the process goes on until this child is closed.
     */
    public Future<Output> awaitOutput(int maxBytes) {
        return TryJoin.of(
                await(),
                readToEnd(stdout.getAndSet(null), maxBytes),
                readToEnd(stderr.getAndSet(null), maxBytes),
                Output::new);
    }

    private static Future<byte[]> readToEnd(@Nullable BlockingInput stream, int maxBytes) {
        AsyncRead source = stream == null ? AsyncIo.empty() : stream;
        Future<byte[]> reading = AsyncIo.readToEnd(source, maxBytes);
        return new Future<>() {
            @Override
            public Poll<byte[]> poll(Context cx) throws Exception {
                return reading.poll(cx);
            }

            @Override
            public void cancel() {
                reading.cancel();
                if (stream != null) {
                    stream.close();
                }
            }
        };
    }

    /** Ends the process at once (SIGKILL), if it has not ended; does not wait for that. Never throws. */
    public void startKill() {
        if (process.isAlive()) {
            process.toHandle().destroyForcibly(); // Process.destroyForcibly would throw away what waits in the pipes
        }
    }

    /** Asks the process to end (SIGTERM), where the system has that; elsewhere as {@link #startKill}. Never throws. */
    public void terminate() {
        if (process.isAlive()) {
            process.toHandle().destroy();
        }
    }

    /** {@link #startKill}, and then {@link #await}. */
    public Future<ExitStatus> kill() {
        return Futures.lazy(() -> {
            startKill();
            return await();
        });
    }

    /** How many waits have not ended and were not cancelled. */
    int waiters() {
        return ended.waiters();
    }

    private void closeInput() {
        BlockingOutput input = stdin.getAndSet(null);
        if (input != null) {
            input.close();
        }
    }

    /**
     * Gives the child up: closes the streams that nobody took, and kills the process if {@link Command#killOnClose} said
     * so. Does not wait. Idempotent; never throws.
     */
    @Override
    public void close() {
        if (killedOnClose) {
            startKill();
        }
        closeInput();
        closeOutput(stdout);
        closeOutput(stderr);
    }

    private static void closeOutput(AtomicReference<@Nullable BlockingInput> stream) {
        BlockingInput output = stream.getAndSet(null);
        if (output != null) {
            output.close();
        }
    }
}
