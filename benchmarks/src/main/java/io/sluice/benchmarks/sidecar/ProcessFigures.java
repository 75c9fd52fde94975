package io.sluice.benchmarks.sidecar;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the kernel says of a process. */
final class ProcessFigures {

    private static final double TICKS_PER_SECOND = 100;
    private static final int USER_TICKS = 11;
    private static final int KERNEL_TICKS = 12;
    private static final String RESIDENT = "VmRSS:";

    private ProcessFigures() {}

    /** Seconds of a core that the process has used since it started. */
    static double cpuSeconds(long pid) throws IOException {
        String stat = Files.readString(proc(pid, "stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return (Long.parseLong(fields[USER_TICKS]) + Long.parseLong(fields[KERNEL_TICKS])) / TICKS_PER_SECOND;
    }

    /** What is in memory of it now. */
    static long residentBytes(long pid) throws IOException {
        for (String line : Files.readAllLines(proc(pid, "status"))) {
            if (line.startsWith(RESIDENT)) {
                return Long.parseLong(line.substring(RESIDENT.length()).replaceAll("\\D", "")) * 1024;
            }
        }
        throw new IOException("process " + pid + " has ended");
    }

    private static Path proc(long pid, String file) {
        return Path.of("/proc", Long.toString(pid), file);
    }
}
