package io.sluice.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * What the processors have done since the machine started, in ticks, to tell how much of a benchmark's time went to
 * others. All 0 where the system does not say.
 *
 * @param busy in user or system mode, of all processes
 * @param ours of this process and its children that ended
 * @param total including idle time
 */
public record MachineLoad(long busy, long ours, long total) {

    private static final int IDLE = 3;
    private static final int WAITING = 4;

    /** Since the machine started. */
    public static MachineLoad now() {
        try {
            long[] all = Arrays.stream(
                            Files.readAllLines(Path.of("/proc/stat")).get(0).split(" +"))
                    .skip(1)
                    .limit(8)
                    .mapToLong(Long::parseLong)
                    .toArray();
            long total = Arrays.stream(all).sum();
            String[] self = Files.readString(Path.of("/proc/self/stat"))
                    .replaceAll(".*\\) ", "")
                    .split(" ");
            // utime, stime, cutime, cstime
            long ours = Arrays.stream(self)
                    .skip(11)
                    .limit(4)
                    .mapToLong(Long::parseLong)
                    .sum();
            return new MachineLoad(total - all[IDLE] - all[WAITING], ours, total);
        } catch (IOException e) {
            return new MachineLoad(0, 0, 0);
        }
    }

    /** The share of all processor time since {@code before} that neither was idle nor ours. */
    public double foreignShareSince(MachineLoad before) {
        long all = total - before.total;
        return all == 0 ? 0 : Math.max(0, (busy - before.busy) - (ours - before.ours)) / (double) all;
    }

    /** The share of all processor time since {@code before} in which nothing ran. */
    public double idleShareSince(MachineLoad before) {
        long all = total - before.total;
        return all == 0 ? 0 : 1 - (busy - before.busy) / (double) all;
    }
}
