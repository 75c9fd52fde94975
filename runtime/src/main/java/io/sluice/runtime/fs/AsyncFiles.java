package io.sluice.runtime.fs;

import static java.util.Objects.requireNonNull;

import io.sluice.runtime.Future;
import io.sluice.runtime.Handle;
import io.sluice.runtime.io.Blocking;
import io.sluice.runtime.io.TooLongException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.stream.Stream;

/**
 * What {@link Files} does, on the blocking pool. Each fails with what that throws. A cancel stops what has not begun;
 * what has, goes on and nobody is told.
 */
public final class AsyncFiles {

    private AsyncFiles() {}

    /** All of a file; fails with {@link TooLongException} if that is more than {@code maxBytes}. */
    public static Future<byte[]> read(Handle handle, Path path, int maxBytes) {
        requireNonNull(path, "path");
        return Blocking.call(handle, () -> {
            try (InputStream in = Files.newInputStream(path)) {
                byte[] bytes = in.readNBytes(maxBytes);
                if (in.read() >= 0) {
                    throw new TooLongException("file " + path, maxBytes);
                }
                return bytes;
            }
        });
    }

    /** Writes a whole file, by default a new one or over an old one. Nobody changes {@code bytes} meanwhile. */
    public static Future<Void> write(Handle handle, Path path, byte[] bytes, OpenOption... options) {
        requireNonNull(path, "path");
        return FileWork.run(handle, () -> Files.write(path, bytes, options));
    }

    /** Size, times, and what kind of file it is. */
    public static Future<BasicFileAttributes> metadata(Handle handle, Path path, LinkOption... options) {
        requireNonNull(path, "path");
        return Blocking.call(handle, () -> Files.readAttributes(path, BasicFileAttributes.class, options));
    }

    /** The entries of a directory, in the order that the system gives. */
    public static Future<List<Path>> list(Handle handle, Path directory) {
        requireNonNull(directory, "directory");
        return Blocking.call(handle, () -> {
            try (Stream<Path> entries = Files.list(directory)) {
                return entries.toList();
            }
        });
    }

    /** Removes a file, or an empty directory; false if there was none. */
    public static Future<Boolean> delete(Handle handle, Path path) {
        requireNonNull(path, "path");
        return Blocking.call(handle, () -> Files.deleteIfExists(path));
    }
}
