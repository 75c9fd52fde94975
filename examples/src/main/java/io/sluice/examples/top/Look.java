package io.sluice.examples.top;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import javax.management.Attribute;
import javax.management.JMException;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;

/**
 * The figures of one runtime at one moment.
 *
 * @param atNanos when, on the looker's clock
 * @param values by the names of {@code RuntimeMXBean}
 */
record Look(long atNanos, Map<String, Object> values) {

    private static final String[] FIGURES = {
        "Flavor",
        "AliveTasks",
        "SpawnedTasks",
        "InjectionDepth",
        "PrioritizedDepth",
        "BlockingThreads",
        "IdleBlockingThreads",
        "BlockingDepth",
        "Timers",
        "IoRegistered",
        "IoDeregistered",
        "WorkerLocalDepths",
        "WorkerPolls",
        "WorkerParks",
        "WorkerStealOperations",
        "WorkerBusyNanos",
        "WorkerMeanPollNanos",
        "PollNanosHistogram",
        "HistogramBoundsNanos"
    };

    static Look at(MBeanServerConnection server, ObjectName bean, long nowNanos) throws JMException, IOException {
        Map<String, Object> values = new HashMap<>();
        for (Attribute attribute : server.getAttributes(bean, FIGURES).asList()) {
            values.put(attribute.getName(), attribute.getValue());
        }
        return new Look(nowNanos, values);
    }

    private Object value(String name) {
        Object value = values.get(name);
        if (value == null) {
            throw new IllegalStateException("the runtime's bean has no " + name + ": it is of another version");
        }
        return value;
    }

    String text(String name) {
        return (String) value(name);
    }

    long number(String name) {
        return ((Number) value(name)).longValue();
    }

    /** One figure of each worker, or the counts of a histogram. */
    long[] numbers(String name) {
        return value(name) instanceof int[] small
                ? Arrays.stream(small).asLongStream().toArray()
                : (long[]) value(name);
    }
}
