package io.sluice.benchmarks.pipeline;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What the threads of this process use, by what they are for. To be sampled while no thread of {@link Load} lives.
 *
 * <p>The compiler's and the collector's threads are no Java threads, so CPU is read from the operating system, thread by
 * thread in nanoseconds, and told apart by the threads' names.
 */
final class ThreadCosts {

    private static final Path THREADS = Path.of("/proc/self/task");

    /** How exactly the JVM knows the CPU time of its process: two ticks of the operating system. */
    private static final long PROCESS_ERROR_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private enum Use {
        COMPILER,
        COLLECTOR,
        OTHER
    }

    private record Cpu(Use use, long nanos) {}

    /** All since the process started: CPU and allocation of each living thread by its id, and CPU of the process. */
    record Sample(Map<String, Cpu> cpu, Map<Long, Long> allocated, long processNanos) {}

    /**
     * What was used between two samples.
     *
     * @param pipelineNanos by all threads but the application's, the compiler's and the collector's
     * @param allocatedBytes by all Java threads but the application's
     */
    record Delta(long pipelineNanos, long compilerNanos, long collectorNanos, long allocatedBytes) {}

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final OperatingSystemMXBean process = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    Sample sample() throws IOException {
        return new Sample(cpu(), allocated(), process.getProcessCpuTime());
    }

    /** @param applicationNanos what the application's threads used, who came and went in between */
    static Delta between(Sample before, Sample after, long applicationNanos) {
        Map<Use, Long> used = new HashMap<>();
        after.cpu.forEach((thread, cpu) -> {
            Cpu was = before.cpu.getOrDefault(thread, new Cpu(cpu.use, 0));
            used.merge(cpu.use, cpu.nanos - was.nanos, Long::sum);
        });
        long compiler = used.getOrDefault(Use.COMPILER, 0L);
        long collector = used.getOrDefault(Use.COLLECTOR, 0L);
        long ofAll = after.processNanos - before.processNanos - applicationNanos - compiler - collector;
        // More only if threads of the pipeline ended meanwhile.
        long pipeline = Math.max(used.getOrDefault(Use.OTHER, 0L), ofAll - PROCESS_ERROR_NANOS);
        long allocated = 0;
        for (Map.Entry<Long, Long> thread : after.allocated.entrySet()) {
            allocated += thread.getValue() - before.allocated.getOrDefault(thread.getKey(), 0L);
        }
        return new Delta(pipeline, compiler, collector, allocated);
    }

    private static Map<String, Cpu> cpu() throws IOException {
        Map<String, Cpu> byThread = new HashMap<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(THREADS)) {
            for (Path thread : all) {
                try {
                    String ranNanos =
                            Files.readString(thread.resolve("schedstat")).split(" ", 2)[0];
                    String name = Files.readString(thread.resolve("comm"));
                    byThread.put(thread.getFileName().toString(), new Cpu(use(name), Long.parseLong(ranNanos)));
                } catch (NoSuchFileException ended) {
                    // Between the listing and the reading.
                }
            }
        }
        return byThread;
    }

    /** By what HotSpot calls its threads, of which the operating system keeps 15 characters. */
    private static Use use(String name) {
        if (name.startsWith("C1 Compiler") || name.startsWith("C2 Compiler")) {
            return Use.COMPILER;
        }
        return name.startsWith("GC ") || name.startsWith("G1 ") ? Use.COLLECTOR : Use.OTHER;
    }

    private Map<Long, Long> allocated() {
        long[] ids = threads.getAllThreadIds();
        long[] bytes = threads.getThreadAllocatedBytes(ids);
        Map<Long, Long> byThread = new HashMap<>();
        for (int i = 0; i < ids.length; i++) {
            byThread.put(ids[i], bytes[i]);
        }
        return byThread;
    }
}
