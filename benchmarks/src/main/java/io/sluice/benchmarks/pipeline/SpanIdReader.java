package io.sluice.benchmarks.pipeline;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.util.function.LongConsumer;

/** Walks an ExportTraceServiceRequest and hands out each span's id as a number; everything else is skipped. */
final class SpanIdReader {

    private static final int RESOURCE_SPANS = 1;
    private static final int SCOPE_SPANS = 2;
    private static final int SPANS = 2;
    private static final int SPAN_ID = 2;

    private SpanIdReader() {}

    static void read(byte[] request, LongConsumer spanIds) throws IOException {
        CodedInputStream in = CodedInputStream.newInstance(request);
        each(
                in,
                RESOURCE_SPANS,
                resource -> each(
                        resource,
                        SCOPE_SPANS,
                        scope -> each(scope, SPANS, span -> {
                            int tag;
                            while ((tag = span.readTag()) != 0) {
                                if (WireFormat.getTagFieldNumber(tag) == SPAN_ID) {
                                    span.readRawVarint32();
                                    spanIds.accept(Long.reverseBytes(span.readRawLittleEndian64()));
                                } else {
                                    span.skipField(tag);
                                }
                            }
                        })));
    }

    private interface Inside {
        void read(CodedInputStream in) throws IOException;
    }

    private static void each(CodedInputStream in, int field, Inside inside) throws IOException {
        int tag;
        while ((tag = in.readTag()) != 0) {
            if (WireFormat.getTagFieldNumber(tag) == field) {
                int outer = in.pushLimit(in.readRawVarint32());
                inside.read(in);
                in.popLimit(outer);
            } else {
                in.skipField(tag);
            }
        }
    }
}
