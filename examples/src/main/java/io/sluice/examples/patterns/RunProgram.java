package io.sluice.examples.patterns;

import static java.util.Objects.requireNonNull;

import io.sluice.runtime.AsyncRuntime;
import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Futures;
import io.sluice.runtime.Handle;
import io.sluice.runtime.Poll;
import io.sluice.runtime.io.BlockingInput;
import io.sluice.runtime.io.BufReader;
import io.sluice.runtime.process.Child;
import io.sluice.runtime.process.Command;
import io.sluice.runtime.process.ExitStatus;
import io.sluice.runtime.process.Stdio;
import io.sluice.runtime.select.TryJoin;
import io.sluice.runtime.signal.Termination;
import io.sluice.runtime.sync.CancellationToken.RunResult;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Runs another program under a time limit, and says of each line that it writes where it came from: {@code ./sluice
 * example run-program SECONDS PROGRAM [ARGUMENT...]}. Both outputs are read at once, so a program that fills one while
 * we wait for the other holds nobody up; at the limit, and on Ctrl-C, it is killed.
 */
public final class RunProgram {

    private static final int MAX_LINE_BYTES = 64 * 1024;

    private RunProgram() {}

    /** Ready with the program's end and after its last line; fails with {@link TimeoutException} at the limit. */
    static Future<ExitStatus> run(Handle handle, Command command, Duration limit, Consumer<String> print) {
        Future<ExitStatus> running = Futures.andThen(
                command.stdin(Stdio.NULL)
                        .stdout(Stdio.PIPED)
                        .stderr(Stdio.PIPED)
                        .killOnClose()
                        .spawn(handle),
                child -> new Session(child, print));
        return handle.timeout(limit, running);
    }

    /** Owns the child: whoever cancels this, at the limit above all, kills it. Owner only. */
    private static final class Session implements Future<ExitStatus> {

        private final Child child;
        private final Future<ExitStatus> all;

        Session(Child child, Consumer<String> print) {
            this.child = child;
            this.all = TryJoin.of(
                    lines(child.takeStdout(), "out: ", print),
                    lines(child.takeStderr(), "err: ", print),
                    child.await(),
                    (out, err, status) -> status);
        }

        private static Future<Void> lines(BlockingInput source, String prefix, Consumer<String> print) {
            return new Closing(
                    source::close,
                    new BufReader(source).lines(MAX_LINE_BYTES).forEach(line -> print.accept(prefix + line)));
        }

        @Override
        public Poll<ExitStatus> poll(Context cx) throws Exception {
            return all.poll(cx);
        }

        @Override
        public void cancel() {
            all.cancel();
            child.close();
        }
    }

    public static void main(String[] arguments) throws Exception {
        if (arguments.length < 2) {
            System.err.println("usage: ./sluice example run-program SECONDS PROGRAM [ARGUMENT...]");
            return;
        }
        Duration limit = Duration.ofSeconds(Integer.parseInt(arguments[0]));
        Command command = Command.of(arguments[1], Arrays.copyOfRange(arguments, 2, arguments.length));
        try (Termination end = Termination.listen(Duration.ofSeconds(5));
                AsyncRuntime runtime = AsyncRuntime.builder().build()) {
            Future<ExitStatus> run = run(runtime.handle(), command, limit, System.out::println);
            RunResult<ExitStatus> result = runtime.blockOn(end.token().runUntilCancelled(run));
            System.out.println(
                    result instanceof RunResult.Completed<ExitStatus> ended
                            ? "ended with " + requireNonNull(ended.value()).code()
                            : "was killed");
        } catch (TimeoutException e) {
            System.out.println("was killed after " + limit.toSeconds() + " s");
        }
    }
}
