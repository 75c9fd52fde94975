package io.sluice.benchmarks.sidecar;

import io.sluice.benchmarks.LatencyHistogram;
import io.sluice.runtime.time.Clock;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Counts the spans of requests, and how long ago those were due that say so. One thread. */
final class SpanCounter {

    // The same at three levels: resources, in them scopes, in them spans.
    private static final int RESOURCE_SPANS = 1;
    private static final int SCOPE_SPANS = 2;
    private static final int SPANS = 2;
    private static final int START_TIME = 7;

    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int DELIMITED = 2;
    private static final int FIXED32 = 5;

    private static final int GZIP_HEAD = 10;
    private static final int GZIP_TAIL = 8;

    private final Clock clock;
    private final Inflater inflater = new Inflater(true);
    private byte[] inflated = new byte[1 << 20];

    private LatencyHistogram latency = new LatencyHistogram();
    private long spans;
    private long requests;
    private long lastNanos;

    SpanCounter(Clock clock) {
        this.clock = clock;
    }

    /** Counts one request's body; its spans. */
    long count(byte[] body, int offset, int length, boolean gzip) {
        lastNanos = clock.nanoTime();
        long before = spans;
        if (gzip) {
            int size = inflate(body, offset, length);
            message(ByteBuffer.wrap(inflated, 0, size).order(ByteOrder.LITTLE_ENDIAN), 0);
        } else {
            message(ByteBuffer.wrap(body, offset, length).order(ByteOrder.LITTLE_ENDIAN), 0);
        }
        requests++;
        return spans - before;
    }

    void reset() {
        spans = 0;
        requests = 0;
        latency = new LatencyHistogram();
    }

    /** Pairs of names and numbers. */
    String figures() {
        return "spans " + spans + " requests " + requests + " quietNanos " + (clock.nanoTime() - lastNanos) + " p50 "
                + latency.quantile(0.5) + " p99 " + latency.quantile(0.99) + " p100 " + latency.quantile(1);
    }

    private int inflate(byte[] body, int offset, int length) {
        inflater.reset();
        int head = GZIP_HEAD;
        if (body[offset + 3] != 0) {
            throw new IllegalStateException("a gzip header with flags " + body[offset + 3]);
        }
        inflater.setInput(body, offset + head, length - head);
        try {
            int size = 0;
            while (!inflater.finished()) {
                if (size == inflated.length) {
                    inflated = Arrays.copyOf(inflated, 2 * size);
                }
                int count = inflater.inflate(inflated, size, inflated.length - size);
                if (count == 0 && inflater.needsInput()) {
                    throw new IllegalStateException("a gzip body that ends early");
                }
                size += count;
            }
            requireIntact(body, offset + length - GZIP_TAIL, size);
            return size;
        } catch (DataFormatException broken) {
            throw new IllegalStateException(broken);
        }
    }

    private void requireIntact(byte[] body, int tail, int size) {
        CRC32 sum = new CRC32();
        sum.update(inflated, 0, size);
        if (ByteBuffer.wrap(body, tail, 4).order(ByteOrder.LITTLE_ENDIAN).getInt() != (int) sum.getValue()) {
            throw new IllegalStateException("a gzip body with a wrong sum");
        }
    }

    /** Reads a message to its end; {@code depth} is 0 for a request, 1 for a resource, 2 for a scope, 3 for a span */
    private void message(ByteBuffer in, int depth) {
        int end = in.limit();
        while (in.hasRemaining()) {
            int tag = (int) varint(in);
            int field = tag >>> 3;
            if (depth == 3 && field == START_TIME) {
                arrived(in.getLong());
            } else if (depth < 3 && field == wanted(depth)) {
                int length = (int) varint(in);
                int next = in.position() + length;
                in.limit(next);
                if (depth == 2) {
                    spans++;
                }
                message(in, depth + 1);
                in.limit(end);
                in.position(next);
            } else {
                skip(in, tag & 7);
            }
        }
    }

    private static int wanted(int depth) {
        return depth == 0 ? RESOURCE_SPANS : depth == 1 ? SCOPE_SPANS : SPANS;
    }

    private void arrived(long dueNanos) {
        if (dueNanos != 0) {
            latency.record(lastNanos - dueNanos);
        }
    }

    private static void skip(ByteBuffer in, int wireType) {
        switch (wireType) {
            case VARINT -> varint(in);
            case FIXED64 -> in.position(in.position() + Long.BYTES);
            case FIXED32 -> in.position(in.position() + Integer.BYTES);
            case DELIMITED -> {
                int length = (int) varint(in);
                in.position(in.position() + length);
            }
            default -> throw new IllegalStateException("wire type " + wireType);
        }
    }

    private static long varint(ByteBuffer in) {
        long value = 0;
        int shift = 0;
        byte next;
        do {
            next = in.get();
            value |= (long) (next & 0x7f) << shift;
            shift += 7;
        } while (next < 0);
        return value;
    }
}
