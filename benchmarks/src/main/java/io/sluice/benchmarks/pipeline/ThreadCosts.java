package io.sluice.benchmarks.pipeline;

import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.Map;

/**
 * CPU and allocation of the pipeline's own threads: every live Java thread but the application's, the main thread and
 * those the JVM started itself. JIT and GC threads are not Java threads; they show in the process's CPU only.
 */
final class ThreadCosts {

    record Sample(Map<Long, long[]> byThread, long processCpuNanos) {}

    /** What the pipeline's threads and the whole process used between two samples. */
    record Delta(long pipelineCpuNanos, long pipelineAllocatedBytes, long processCpuNanos) {}

    private final com.sun.management.ThreadMXBean threads =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final com.sun.management.OperatingSystemMXBean os =
            (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    Sample sample() {
        Map<Long, long[]> costs = new HashMap<>();
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (isPipeline(thread)) {
                long id = thread.getId();
                costs.put(id, new long[] {threads.getThreadCpuTime(id), threads.getThreadAllocatedBytes(id)});
            }
        }
        return new Sample(costs, os.getProcessCpuTime());
    }

    static Delta between(Sample before, Sample after) {
        long cpu = 0;
        long allocated = 0;
        for (Map.Entry<Long, long[]> entry : after.byThread.entrySet()) {
            long[] was = before.byThread.getOrDefault(entry.getKey(), new long[2]);
            cpu += entry.getValue()[0] - was[0];
            allocated += entry.getValue()[1] - was[1];
        }
        return new Delta(cpu, allocated, after.processCpuNanos - before.processCpuNanos);
    }

    private static boolean isPipeline(Thread thread) {
        String group =
                thread.getThreadGroup() == null ? "" : thread.getThreadGroup().getName();
        String name = thread.getName();
        boolean jvm = group.equals("system") && !name.startsWith("sluice");
        return !jvm && !name.equals("load") && !name.equals("main");
    }
}
