package io.sluice.examples.demo;

import io.sluice.examples.collector.Report;
import io.sluice.examples.collector.SpanRecord;

/** A kind of telemetry, as accounts name it. */
enum Signal {
    TRACES("traces", "span") {
        @Override
        long keptBy(Report collector) {
            return collector.spans().stream().map(SpanRecord::spanId).distinct().count();
        }
    },
    METRICS("metrics", "data point") {
        @Override
        long keptBy(Report collector) {
            return collector.allDataPoints();
        }
    },
    LOGS("logs", "log record") {
        @Override
        long keptBy(Report collector) {
            return collector.logRecords();
        }
    };

    private final String key;
    private final String item;

    Signal(String key, String item) {
        this.key = key;
        this.item = item;
    }

    /** The name in accounts. */
    String key() {
        return key;
    }

    /** One of what is counted. */
    String item() {
        return item;
    }

    /** How many the collector kept; spans by id, so that one that came twice counts once. */
    abstract long keptBy(Report collector);
}
