package io.sluice.benchmarks.pipeline;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.sluice.exporter.Signal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.LongConsumer;

/**
 * Finds what is counted in an export request and skips the rest: spans by id, log records by time (which is their
 * number), data points of the application's instruments. Field numbers from {@code opentelemetry-proto}.
 */
final class RequestReader {

    // The same in the requests of all signals: resources, their scopes, and the items of these.
    private static final int RESOURCES = 1;
    private static final int SCOPES = 2;
    private static final int ITEMS = 2;

    private static final int SPAN_ID = 2;
    private static final int LOG_TIME = 1;
    private static final int METRIC_NAME = 1;
    private static final int SUM = 7;
    private static final int HISTOGRAM = 9;
    private static final int EXPONENTIAL_HISTOGRAM = 10;
    private static final int DATA_POINTS = 1;

    private RequestReader() {}

    /** Counts one request. */
    static void count(Signal signal, byte[] request, Tally tally) {
        switch (signal) {
            case TRACES -> tally.request(ids -> items(request, span -> spanId(span, ids)));
            case LOGS -> tally.request(ids -> items(request, log -> logTime(log, ids)));
            case METRICS -> {
                long[] points = {0};
                items(request, metric -> points[0] += points(metric));
                tally.points(points[0]);
            }
            case PROFILES -> throw new IllegalArgumentException("no row sends profiles");
        }
    }

    private static void items(byte[] request, Message item) {
        try {
            each(
                    CodedInputStream.newInstance(request),
                    RESOURCES,
                    resource -> each(resource, SCOPES, scope -> each(scope, ITEMS, item)));
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private static void spanId(CodedInputStream span, LongConsumer ids) throws IOException {
        if (find(span, SPAN_ID)) {
            span.readRawVarint32();
            ids.accept(Long.reverseBytes(span.readRawLittleEndian64()));
        }
    }

    private static void logTime(CodedInputStream log, LongConsumer ids) throws IOException {
        if (find(log, LOG_TIME)) {
            ids.accept(log.readRawLittleEndian64());
        }
    }

    private static long points(CodedInputStream metric) throws IOException {
        long[] points = {0};
        if (!find(metric, METRIC_NAME) || !metric.readString().startsWith(MeteredApplication.INSTRUMENTS)) {
            return 0;
        }
        int tag;
        while ((tag = metric.readTag()) != 0) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case SUM, HISTOGRAM, EXPONENTIAL_HISTOGRAM ->
                    inside(metric, data -> each(data, DATA_POINTS, point -> points[0]++));
                default -> metric.skipField(tag);
            }
        }
        return points[0];
    }

    /** Goes to the field's value; false if there is none. */
    private static boolean find(CodedInputStream message, int field) throws IOException {
        int tag;
        while ((tag = message.readTag()) != 0) {
            if (WireFormat.getTagFieldNumber(tag) == field) {
                return true;
            }
            message.skipField(tag);
        }
        return false;
    }

    private static void each(CodedInputStream in, int field, Message message) throws IOException {
        while (find(in, field)) {
            inside(in, message);
        }
    }

    /** Reads the message that comes next; what is left of it is skipped. */
    private static void inside(CodedInputStream in, Message message) throws IOException {
        int outer = in.pushLimit(in.readRawVarint32());
        message.read(in);
        in.skipRawBytes(in.getBytesUntilLimit());
        in.popLimit(outer);
    }

    private interface Message {
        void read(CodedInputStream in) throws IOException;
    }
}
