package io.sluice.exporter.headers;

import java.nio.file.Path;
import java.util.Map;

/**
 * Gives the headers of a request when it is about to be sent: a fresh token, for example.
 *
 * <p>Asked before each attempt, on a thread that may wait, never on a worker; by two threads at once at most. The time
 * it takes counts towards the attempt's limit. If it throws, returns null or something that is no header, or does not
 * return in time, that attempt fails and is made again like one that did not reach its destination; other requests,
 * and the ones waiting, are not affected.
 */
@FunctionalInterface
public interface HeaderSource {

    /**
     * By name; they come before headers of the settings that have the same name.
     *
     * @throws Exception whatever goes wrong; only its type is told, for its message may hold a secret
     */
    Map<String, String> headers() throws Exception;

    /**
     * Headers in a file, one in each line, as {@code name=value} or {@code name: value}; empty lines and those that
     * begin with {@code #} are skipped. The file is read before each attempt, so a new token counts at once. Replace the
     * file as a whole (rename), for one that is half written would be sent as it is.
     *
     * @param setting what names the file, for errors
     * @throws IllegalArgumentException if it cannot be read now, or holds something else, naming the setting, the file
     *     and what is allowed
     */
    static HeaderSource file(String setting, Path file) {
        return new HeaderFile(setting, file).checked();
    }
}
