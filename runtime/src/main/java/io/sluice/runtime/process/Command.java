package io.sluice.runtime.process;

import static java.util.Objects.requireNonNull;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Futures;
import io.sluice.runtime.Handle;
import io.sluice.runtime.Poll;
import io.sluice.runtime.io.Blocking;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A program to be started, as often as wanted. The arguments are passed as they are: no shell looks at them.
 *
 * <p>Each standard stream is inherited unless it is said otherwise; {@link #output} pipes both outputs and gives no
 * input unless it is said otherwise. Not for several threads. Follows {@code tokio::process::Command}, with these
 * differences: starting is a future, since the JDK waits until the program runs; and there is no way to run code between
 * fork and exec, nor to set user, group or argument zero.
 */
public final class Command {

    private final List<String> words = new ArrayList<>();

    /** Names and new values; null for those that are taken away. */
    private final Map<String, @Nullable String> environment = new TreeMap<>();

    private boolean environmentCleared;
    private @Nullable Path directory;
    private @Nullable Stdio stdin;
    private @Nullable Stdio stdout;
    private @Nullable Stdio stderr;
    private boolean killedOnClose;

    private Command(List<String> words) {
        words.forEach(this::argument);
    }

    /** The program, looked for on the path unless it has a separator in it, and its first arguments. */
    public static Command of(String program, String... arguments) {
        List<String> words = new ArrayList<>(List.of(program));
        words.addAll(List.of(arguments));
        return new Command(words);
    }

    /** One more argument. */
    public Command argument(String argument) {
        words.add(requireNonNull(argument, "argument"));
        return this;
    }

    /** The child sees {@code value}, whatever this process has for {@code name}. */
    public Command environment(String name, String value) {
        environment.put(requireNonNull(name, "name"), requireNonNull(value, "value"));
        return this;
    }

    /** The child does not see {@code name}. */
    public Command removeEnvironment(String name) {
        environment.put(requireNonNull(name, "name"), null);
        return this;
    }

    /** The child sees nothing of this process's environment, only what is named here before or after. */
    public Command clearEnvironment() {
        environmentCleared = true;
        return this;
    }

    /** Where the child runs, instead of this process's directory; a program with a relative path is found from there. */
    public Command directory(Path newDirectory) {
        directory = requireNonNull(newDirectory, "newDirectory");
        return this;
    }

    public Command stdin(Stdio stdio) {
        stdin = requireNonNull(stdio, "stdio");
        return this;
    }

    public Command stdout(Stdio stdio) {
        stdout = requireNonNull(stdio, "stdio");
        return this;
    }

    public Command stderr(Stdio stdio) {
        stderr = requireNonNull(stdio, "stdio");
        return this;
    }

    /**
     * A {@link Child} that is closed before its process has ended kills it. Without this the process goes on, as Tokio's
     * does without {@code kill_on_drop}.
     */
    public Command killOnClose() {
        killedOnClose = true;
        return this;
    }

    /**
     * Starts the program, on the blocking pool. If this is cancelled, a process that was started meanwhile is killed.
     *
     * @throws IllegalArgumentException if the system allows no variable of a name that was given
     * @return fails with an {@link IOException} that names the program if there is none or it may not be run, and with
     *     {@link NotDirectoryException} if there is no such directory
     */
    public Future<Child> spawn(Handle handle) {
        return spawn(handle, Stdio.INHERIT, Stdio.INHERIT);
    }

    /** Starts the program and waits for its end. Cancelled in between, it is closed as a {@link Child} is. */
    public Future<ExitStatus> status(Handle handle) {
        return Futures.andThen(spawn(handle), child -> new Closing<>(child, child.await()));
    }

    /**
     * Starts the program and gathers what it writes until it ends; see {@link Child#awaitOutput}. Cancelled in between,
     * it is closed as a {@link Child} is.
     *
     * @param maxBytes of each of the two outputs
     */
    public Future<Output> output(Handle handle, int maxBytes) {
        return Futures.andThen(
                spawn(handle, Stdio.NULL, Stdio.PIPED), child -> new Closing<>(child, child.awaitOutput(maxBytes)));
    }

    private Future<Child> spawn(Handle handle, Stdio inputDefault, Stdio outputDefault) {
        ProcessBuilder builder = new ProcessBuilder(List.copyOf(words))
                .redirectInput((stdin == null ? inputDefault : stdin).asInput())
                .redirectOutput((stdout == null ? outputDefault : stdout).asOutput())
                .redirectError((stderr == null ? outputDefault : stderr).asOutput());
        setEnvironment(builder.environment());
        Path where = directory;
        boolean kills = killedOnClose;
        return Futures.map(Blocking.call(handle, () -> new Unclaimed(start(builder, where, kills))), Unclaimed::child);
    }

    private void setEnvironment(Map<String, String> child) {
        if (environmentCleared) {
            child.clear();
        }
        environment.forEach((name, value) -> {
            if (value == null) {
                child.remove(name);
            } else {
                child.put(name, value);
            }
        });
    }

    /** On the blocking pool. The system's own error for a missing directory would blame the program. */
    private static Child start(ProcessBuilder builder, @Nullable Path where, boolean kills) throws IOException {
        if (where != null) {
            if (!Files.isDirectory(where)) {
                throw new NotDirectoryException(where.toString());
            }
            builder.directory(where.toFile());
        }
        return new Child(builder.start(), builder, kills);
    }

    /** A child that nobody has yet. */
    private record Unclaimed(Child child) implements AutoCloseable {
        @Override
        public void close() {
            child.startKill();
            child.close();
        }
    }

    /** Closes the child with the end of what is done with it. Owner only. */
    private record Closing<T>(Child child, Future<T> work) implements Future<T> {
        @Override
        public Poll<T> poll(Context cx) throws Exception {
            Poll<T> polled = work.poll(cx);
            if (polled.isReady()) {
                child.close();
            }
            return polled;
        }

        @Override
        public void cancel() {
            work.cancel();
            child.close();
        }
    }
}
