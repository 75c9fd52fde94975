package io.sluice.exporter.otlp;

/**
 * Field numbers of the OTLP messages that are written, one class a message, named as in {@code opentelemetry-proto}.
 *
 * <p>Constants instead of the generated classes, so that no protobuf runtime is on the product's class path; a test
 * holds each of them against the generated descriptors.
 */
final class OtlpFields {

    private OtlpFields() {}

    static final class ExportTraceServiceRequest {
        static final int RESOURCE_SPANS = 1;
    }

    static final class ExportMetricsServiceRequest {
        static final int RESOURCE_METRICS = 1;
    }

    static final class ExportLogsServiceRequest {
        static final int RESOURCE_LOGS = 1;
    }

    static final class ResourceSpans {
        static final int RESOURCE = 1;
        static final int SCOPE_SPANS = 2;
        static final int SCHEMA_URL = 3;
    }

    static final class ResourceMetrics {
        static final int RESOURCE = 1;
        static final int SCOPE_METRICS = 2;
        static final int SCHEMA_URL = 3;
    }

    static final class ResourceLogs {
        static final int RESOURCE = 1;
        static final int SCOPE_LOGS = 2;
        static final int SCHEMA_URL = 3;
    }

    static final class Resource {
        static final int ATTRIBUTES = 1;
    }

    static final class ScopeSpans {
        static final int SCOPE = 1;
        static final int SPANS = 2;
        static final int SCHEMA_URL = 3;
    }

    static final class ScopeMetrics {
        static final int SCOPE = 1;
        static final int METRICS = 2;
        static final int SCHEMA_URL = 3;
    }

    static final class ScopeLogs {
        static final int SCOPE = 1;
        static final int LOG_RECORDS = 2;
        static final int SCHEMA_URL = 3;
    }

    static final class InstrumentationScope {
        static final int NAME = 1;
        static final int VERSION = 2;
        static final int ATTRIBUTES = 3;
    }

    static final class KeyValue {
        static final int KEY = 1;
        static final int VALUE = 2;
    }

    static final class AnyValue {
        static final int STRING_VALUE = 1;
        static final int BOOL_VALUE = 2;
        static final int INT_VALUE = 3;
        static final int DOUBLE_VALUE = 4;
        static final int ARRAY_VALUE = 5;
        static final int KVLIST_VALUE = 6;
        static final int BYTES_VALUE = 7;
    }

    static final class ArrayValue {
        static final int VALUES = 1;
    }

    static final class KeyValueList {
        static final int VALUES = 1;
    }

    static final class Span {
        static final int TRACE_ID = 1;
        static final int SPAN_ID = 2;
        static final int TRACE_STATE = 3;
        static final int PARENT_SPAN_ID = 4;
        static final int NAME = 5;
        static final int KIND = 6;
        static final int START_TIME_UNIX_NANO = 7;
        static final int END_TIME_UNIX_NANO = 8;
        static final int ATTRIBUTES = 9;
        static final int DROPPED_ATTRIBUTES_COUNT = 10;
        static final int EVENTS = 11;
        static final int DROPPED_EVENTS_COUNT = 12;
        static final int LINKS = 13;
        static final int DROPPED_LINKS_COUNT = 14;
        static final int STATUS = 15;
        static final int FLAGS = 16;
    }

    static final class Event {
        static final int TIME_UNIX_NANO = 1;
        static final int NAME = 2;
        static final int ATTRIBUTES = 3;
        static final int DROPPED_ATTRIBUTES_COUNT = 4;
    }

    static final class Link {
        static final int TRACE_ID = 1;
        static final int SPAN_ID = 2;
        static final int TRACE_STATE = 3;
        static final int ATTRIBUTES = 4;
        static final int DROPPED_ATTRIBUTES_COUNT = 5;
        static final int FLAGS = 6;
    }

    static final class Status {
        static final int MESSAGE = 2;
        static final int CODE = 3;
    }

    static final class Metric {
        static final int NAME = 1;
        static final int DESCRIPTION = 2;
        static final int UNIT = 3;
        static final int GAUGE = 5;
        static final int SUM = 7;
        static final int HISTOGRAM = 9;
        static final int EXPONENTIAL_HISTOGRAM = 10;
        static final int SUMMARY = 11;
    }

    static final class Gauge {
        static final int DATA_POINTS = 1;
    }

    static final class Sum {
        static final int DATA_POINTS = 1;
        static final int AGGREGATION_TEMPORALITY = 2;
        static final int IS_MONOTONIC = 3;
    }

    static final class Histogram {
        static final int DATA_POINTS = 1;
        static final int AGGREGATION_TEMPORALITY = 2;
    }

    static final class ExponentialHistogram {
        static final int DATA_POINTS = 1;
        static final int AGGREGATION_TEMPORALITY = 2;
    }

    static final class Summary {
        static final int DATA_POINTS = 1;
    }

    static final class NumberDataPoint {
        static final int START_TIME_UNIX_NANO = 2;
        static final int TIME_UNIX_NANO = 3;
        static final int AS_DOUBLE = 4;
        static final int EXEMPLARS = 5;
        static final int AS_INT = 6;
        static final int ATTRIBUTES = 7;
    }

    static final class HistogramDataPoint {
        static final int START_TIME_UNIX_NANO = 2;
        static final int TIME_UNIX_NANO = 3;
        static final int COUNT = 4;
        static final int SUM = 5;
        static final int BUCKET_COUNTS = 6;
        static final int EXPLICIT_BOUNDS = 7;
        static final int EXEMPLARS = 8;
        static final int ATTRIBUTES = 9;
        static final int MIN = 11;
        static final int MAX = 12;
    }

    static final class ExponentialHistogramDataPoint {
        static final int ATTRIBUTES = 1;
        static final int START_TIME_UNIX_NANO = 2;
        static final int TIME_UNIX_NANO = 3;
        static final int COUNT = 4;
        static final int SUM = 5;
        static final int SCALE = 6;
        static final int ZERO_COUNT = 7;
        static final int POSITIVE = 8;
        static final int NEGATIVE = 9;
        static final int EXEMPLARS = 11;
        static final int MIN = 12;
        static final int MAX = 13;
    }

    static final class Buckets {
        static final int OFFSET = 1;
        static final int BUCKET_COUNTS = 2;
    }

    static final class SummaryDataPoint {
        static final int START_TIME_UNIX_NANO = 2;
        static final int TIME_UNIX_NANO = 3;
        static final int COUNT = 4;
        static final int SUM = 5;
        static final int QUANTILE_VALUES = 6;
        static final int ATTRIBUTES = 7;
    }

    static final class ValueAtQuantile {
        static final int QUANTILE = 1;
        static final int VALUE = 2;
    }

    static final class Exemplar {
        static final int TIME_UNIX_NANO = 2;
        static final int AS_DOUBLE = 3;
        static final int SPAN_ID = 4;
        static final int TRACE_ID = 5;
        static final int AS_INT = 6;
        static final int FILTERED_ATTRIBUTES = 7;
    }

    static final class LogRecord {
        static final int TIME_UNIX_NANO = 1;
        static final int SEVERITY_NUMBER = 2;
        static final int SEVERITY_TEXT = 3;
        static final int BODY = 5;
        static final int ATTRIBUTES = 6;
        static final int DROPPED_ATTRIBUTES_COUNT = 7;
        static final int FLAGS = 8;
        static final int TRACE_ID = 9;
        static final int SPAN_ID = 10;
        static final int OBSERVED_TIME_UNIX_NANO = 11;
        static final int EVENT_NAME = 12;
    }
}
