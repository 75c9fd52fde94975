package io.sluice.exporter.otlp;

import io.sluice.exporter.Signal;
import io.sluice.exporter.otlp.MessageShape.Kind;

/** The shapes of all messages inside the export requests, as of opentelemetry-proto 1.11. */
final class OtlpShapes {

    private static final MessageShape ANY_VALUE = MessageShape.of("AnyValue");
    private static final MessageShape KEY_VALUE = MessageShape.of("KeyValue")
            .one(1, "key", Kind.STRING)
            .one(2, "value", ANY_VALUE)
            .one(3, "key_strindex", Kind.INT32);

    static {
        ANY_VALUE
                .one(1, "string_value", Kind.STRING)
                .one(2, "bool_value", Kind.BOOL)
                .one(3, "int_value", Kind.INT64)
                .one(4, "double_value", Kind.DOUBLE)
                .one(5, "array_value", MessageShape.of("ArrayValue").many(1, "values", ANY_VALUE))
                .one(6, "kvlist_value", MessageShape.of("KeyValueList").many(1, "values", KEY_VALUE))
                .one(7, "bytes_value", Kind.BYTES)
                .one(8, "string_value_strindex", Kind.INT32);
    }

    private static final MessageShape RESOURCE = MessageShape.of("Resource")
            .many(1, "attributes", KEY_VALUE)
            .one(2, "dropped_attributes_count", Kind.UINT32)
            .many(
                    3,
                    "entity_refs",
                    MessageShape.of("EntityRef")
                            .one(1, "schema_url", Kind.STRING)
                            .one(2, "type", Kind.STRING)
                            .many(3, "id_keys", Kind.STRING)
                            .many(4, "description_keys", Kind.STRING));

    private static final MessageShape SCOPE = MessageShape.of("InstrumentationScope")
            .one(1, "name", Kind.STRING)
            .one(2, "version", Kind.STRING)
            .many(3, "attributes", KEY_VALUE)
            .one(4, "dropped_attributes_count", Kind.UINT32);

    static final MessageShape TRACES = request("Trace", "Spans", "spans", span());
    static final MessageShape METRICS = request("Metrics", "Metrics", "metrics", metric());
    static final MessageShape LOGS = request("Logs", "Logs", "log_records", log());
    static final MessageShape PROFILES =
            request("Profiles", "Profiles", "profiles", profile()).one(2, "dictionary", dictionary());

    private OtlpShapes() {}

    static MessageShape of(Signal signal) {
        return switch (signal) {
            case TRACES -> TRACES;
            case METRICS -> METRICS;
            case LOGS -> LOGS;
            case PROFILES -> PROFILES;
        };
    }

    /**
     * @param service as in {@code Export...ServiceRequest}
     * @param things as in {@code Resource...} and {@code Scope...}
     * @param items the field of a scope that holds them
     */
    private static MessageShape request(String service, String things, String items, MessageShape item) {
        String lower = things.substring(0, 1).toLowerCase(java.util.Locale.ROOT) + things.substring(1);
        MessageShape scope = MessageShape.of("Scope" + things)
                .one(1, "scope", SCOPE)
                .many(2, items, item)
                .one(3, "schema_url", Kind.STRING);
        MessageShape resource = MessageShape.of("Resource" + things)
                .one(1, "resource", RESOURCE)
                .many(2, "scope_" + lower, scope)
                .one(3, "schema_url", Kind.STRING);
        return MessageShape.of("Export" + service + "ServiceRequest").many(1, "resource_" + lower, resource);
    }

    private static MessageShape span() {
        MessageShape event = MessageShape.of("Event")
                .one(1, "time_unix_nano", Kind.FIXED64)
                .one(2, "name", Kind.STRING)
                .many(3, "attributes", KEY_VALUE)
                .one(4, "dropped_attributes_count", Kind.UINT32);
        MessageShape link = MessageShape.of("Link")
                .one(1, "trace_id", Kind.TRACE_ID)
                .one(2, "span_id", Kind.SPAN_ID)
                .one(3, "trace_state", Kind.STRING)
                .many(4, "attributes", KEY_VALUE)
                .one(5, "dropped_attributes_count", Kind.UINT32)
                .one(6, "flags", Kind.FIXED32);
        MessageShape status =
                MessageShape.of("Status").one(2, "message", Kind.STRING).one(3, "code", Kind.ENUM);
        return MessageShape.counted("Span")
                .one(1, "trace_id", Kind.TRACE_ID)
                .one(2, "span_id", Kind.SPAN_ID)
                .one(3, "trace_state", Kind.STRING)
                .one(4, "parent_span_id", Kind.SPAN_ID)
                .one(5, "name", Kind.STRING)
                .one(6, "kind", Kind.ENUM)
                .one(7, "start_time_unix_nano", Kind.FIXED64)
                .one(8, "end_time_unix_nano", Kind.FIXED64)
                .many(9, "attributes", KEY_VALUE)
                .one(10, "dropped_attributes_count", Kind.UINT32)
                .many(11, "events", event)
                .one(12, "dropped_events_count", Kind.UINT32)
                .many(13, "links", link)
                .one(14, "dropped_links_count", Kind.UINT32)
                .one(15, "status", status)
                .one(16, "flags", Kind.FIXED32);
    }

    private static MessageShape metric() {
        MessageShape exemplar = MessageShape.of("Exemplar")
                .one(2, "time_unix_nano", Kind.FIXED64)
                .one(3, "as_double", Kind.DOUBLE)
                .one(4, "span_id", Kind.SPAN_ID)
                .one(5, "trace_id", Kind.TRACE_ID)
                .one(6, "as_int", Kind.SFIXED64)
                .many(7, "filtered_attributes", KEY_VALUE);
        MessageShape number = numberPoint(exemplar);
        return MessageShape.of("Metric")
                .one(1, "name", Kind.STRING)
                .one(2, "description", Kind.STRING)
                .one(3, "unit", Kind.STRING)
                .alternative(5, "gauge", MessageShape.of("Gauge").many(1, "data_points", number))
                .alternative(
                        7,
                        "sum",
                        MessageShape.of("Sum")
                                .many(1, "data_points", number)
                                .one(2, "aggregation_temporality", Kind.ENUM)
                                .one(3, "is_monotonic", Kind.BOOL))
                .alternative(
                        9,
                        "histogram",
                        MessageShape.of("Histogram")
                                .many(1, "data_points", histogramPoint(exemplar))
                                .one(2, "aggregation_temporality", Kind.ENUM))
                .alternative(
                        10,
                        "exponential_histogram",
                        MessageShape.of("ExponentialHistogram")
                                .many(1, "data_points", exponentialPoint(exemplar))
                                .one(2, "aggregation_temporality", Kind.ENUM))
                .alternative(11, "summary", MessageShape.of("Summary").many(1, "data_points", summaryPoint()))
                .many(12, "metadata", KEY_VALUE);
    }

    private static MessageShape numberPoint(MessageShape exemplar) {
        return MessageShape.counted("NumberDataPoint")
                .one(2, "start_time_unix_nano", Kind.FIXED64)
                .one(3, "time_unix_nano", Kind.FIXED64)
                .one(4, "as_double", Kind.DOUBLE)
                .many(5, "exemplars", exemplar)
                .one(6, "as_int", Kind.SFIXED64)
                .many(7, "attributes", KEY_VALUE)
                .one(8, "flags", Kind.UINT32);
    }

    private static MessageShape histogramPoint(MessageShape exemplar) {
        return MessageShape.counted("HistogramDataPoint")
                .one(2, "start_time_unix_nano", Kind.FIXED64)
                .one(3, "time_unix_nano", Kind.FIXED64)
                .one(4, "count", Kind.FIXED64)
                .one(5, "sum", Kind.DOUBLE)
                .many(6, "bucket_counts", Kind.FIXED64)
                .many(7, "explicit_bounds", Kind.DOUBLE)
                .many(8, "exemplars", exemplar)
                .many(9, "attributes", KEY_VALUE)
                .one(10, "flags", Kind.UINT32)
                .one(11, "min", Kind.DOUBLE)
                .one(12, "max", Kind.DOUBLE);
    }

    private static MessageShape exponentialPoint(MessageShape exemplar) {
        MessageShape buckets =
                MessageShape.of("Buckets").one(1, "offset", Kind.SINT32).many(2, "bucket_counts", Kind.UINT64);
        return MessageShape.counted("ExponentialHistogramDataPoint")
                .many(1, "attributes", KEY_VALUE)
                .one(2, "start_time_unix_nano", Kind.FIXED64)
                .one(3, "time_unix_nano", Kind.FIXED64)
                .one(4, "count", Kind.FIXED64)
                .one(5, "sum", Kind.DOUBLE)
                .one(6, "scale", Kind.SINT32)
                .one(7, "zero_count", Kind.FIXED64)
                .one(8, "positive", buckets)
                .one(9, "negative", buckets)
                .one(10, "flags", Kind.UINT32)
                .many(11, "exemplars", exemplar)
                .one(12, "min", Kind.DOUBLE)
                .one(13, "max", Kind.DOUBLE)
                .one(14, "zero_threshold", Kind.DOUBLE);
    }

    private static MessageShape summaryPoint() {
        MessageShape quantile = MessageShape.of("ValueAtQuantile")
                .one(1, "quantile", Kind.DOUBLE)
                .one(2, "value", Kind.DOUBLE);
        return MessageShape.counted("SummaryDataPoint")
                .one(2, "start_time_unix_nano", Kind.FIXED64)
                .one(3, "time_unix_nano", Kind.FIXED64)
                .one(4, "count", Kind.FIXED64)
                .one(5, "sum", Kind.DOUBLE)
                .many(6, "quantile_values", quantile)
                .many(7, "attributes", KEY_VALUE)
                .one(8, "flags", Kind.UINT32);
    }

    private static MessageShape log() {
        return MessageShape.counted("LogRecord")
                .one(1, "time_unix_nano", Kind.FIXED64)
                .one(2, "severity_number", Kind.ENUM)
                .one(3, "severity_text", Kind.STRING)
                .one(5, "body", ANY_VALUE)
                .many(6, "attributes", KEY_VALUE)
                .one(7, "dropped_attributes_count", Kind.UINT32)
                .one(8, "flags", Kind.FIXED32)
                .one(9, "trace_id", Kind.TRACE_ID)
                .one(10, "span_id", Kind.SPAN_ID)
                .one(11, "observed_time_unix_nano", Kind.FIXED64)
                .one(12, "event_name", Kind.STRING);
    }

    // ---- profiles ---------------------------------------------------------------------------------------------

    private static MessageShape profile() {
        MessageShape type =
                MessageShape.of("ValueType").one(1, "type_strindex", Kind.INT32).one(2, "unit_strindex", Kind.INT32);
        MessageShape sample = MessageShape.of("Sample")
                .one(1, "stack_index", Kind.INT32)
                .many(2, "attribute_indices", Kind.INT32)
                .one(3, "link_index", Kind.INT32)
                .many(4, "values", Kind.INT64)
                .many(5, "timestamps_unix_nano", Kind.FIXED64);
        return MessageShape.counted("Profile")
                .one(1, "sample_type", type)
                .many(2, "samples", sample)
                .one(3, "time_unix_nano", Kind.FIXED64)
                .one(4, "duration_nano", Kind.UINT64)
                .one(5, "period_type", type)
                .one(6, "period", Kind.INT64)
                .one(7, "profile_id", Kind.TRACE_ID) // a profile's own, as long as a trace's
                .one(8, "dropped_attributes_count", Kind.UINT32)
                .one(9, "original_payload_format", Kind.STRING)
                .one(10, "original_payload", Kind.BYTES)
                .many(11, "attribute_indices", Kind.INT32);
    }

    /** What all profiles of a request refer to by index. */
    private static MessageShape dictionary() {
        return MessageShape.of("ProfilesDictionary")
                .many(1, "mapping_table", mapping())
                .many(2, "location_table", location())
                .many(
                        3,
                        "function_table",
                        MessageShape.of("Function")
                                .one(1, "name_strindex", Kind.INT32)
                                .one(2, "system_name_strindex", Kind.INT32)
                                .one(3, "filename_strindex", Kind.INT32)
                                .one(4, "start_line", Kind.INT64))
                .many(
                        4,
                        "link_table",
                        MessageShape.of("Link")
                                .one(1, "trace_id", Kind.TRACE_ID)
                                .one(2, "span_id", Kind.SPAN_ID))
                .many(5, "string_table", Kind.STRING)
                .many(
                        6,
                        "attribute_table",
                        MessageShape.of("KeyValueAndUnit")
                                .one(1, "key_strindex", Kind.INT32)
                                .one(2, "value", ANY_VALUE)
                                .one(3, "unit_strindex", Kind.INT32))
                .many(7, "stack_table", MessageShape.of("Stack").many(1, "location_indices", Kind.INT32));
    }

    private static MessageShape mapping() {
        return MessageShape.of("Mapping")
                .one(1, "memory_start", Kind.UINT64)
                .one(2, "memory_limit", Kind.UINT64)
                .one(3, "file_offset", Kind.UINT64)
                .one(4, "filename_strindex", Kind.INT32)
                .many(5, "attribute_indices", Kind.INT32);
    }

    private static MessageShape location() {
        return MessageShape.of("Location")
                .one(1, "mapping_index", Kind.INT32)
                .one(2, "address", Kind.UINT64)
                .many(
                        3,
                        "lines",
                        MessageShape.of("Line")
                                .one(1, "function_index", Kind.INT32)
                                .one(2, "line", Kind.INT64)
                                .one(3, "column", Kind.INT64))
                .many(4, "attribute_indices", Kind.INT32);
    }
}
