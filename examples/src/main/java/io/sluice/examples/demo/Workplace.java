package io.sluice.examples.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A directory for files, and the processes that write to it. Closing it ends what still runs and removes the directory, also
 * when the JVM is told to end before.
 */
final class Workplace implements AutoCloseable {

    private final Path directory;
    private final boolean keep;
    private final List<Child> children = new CopyOnWriteArrayList<>();
    private final Thread hook = new Thread(this::clear, "demo-stop");

    private Workplace(Path directory, boolean keep) {
        this.directory = directory;
        this.keep = keep;
    }

    /** @param keep leave the directory where it is */
    static Workplace open(boolean keep) throws IOException {
        Workplace workplace = new Workplace(Files.createTempDirectory("sluice-demo"), keep);
        Runtime.getRuntime().addShutdownHook(workplace.hook);
        return workplace;
    }

    Path directory() {
        return directory;
    }

    /** Starts a process whose errors go to {@code name.err}. */
    Child start(ChildPlan plan, Consumer<String> onLine) throws IOException {
        Child child = Child.start(plan, file(plan.name() + ".err"), onLine);
        children.add(child);
        return child;
    }

    /** A file in the directory. */
    Path file(String name) {
        return directory.resolve(name);
    }

    /** The last errors of all processes. */
    String errors() {
        StringBuilder text = new StringBuilder();
        children.forEach(child -> text.append(child.errorText()));
        return text.toString();
    }

    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(hook);
        clear();
    }

    private void clear() {
        children.forEach(Child::kill);
        if (!keep) {
            try (Stream<Path> files = Files.walk(directory)) {
                files.sorted(Comparator.reverseOrder())
                        .forEach(file -> file.toFile().delete());
            } catch (IOException | UncheckedIOException partlyGone) {
                // What is left is in the system's directory for temporary files.
            }
        }
    }
}
