package io.sluice.examples.collector;

import com.google.protobuf.InvalidProtocolBufferException;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPInputStream;

/** From a request's bytes to the {@link Ledger} and the {@link Viewer}, or to a refusal. Any thread. */
final class Intake {

    /** The specification's recommended limit, for bodies as they came and after decompression. */
    static final int LARGEST_BODY_BYTES = 64 * 1024 * 1024;

    static final String PROTOBUF = "application/x-protobuf";

    private final Fault fault;
    private final Ledger ledger;
    private final Viewer viewer;
    private final Map<String, AtomicLong> requestsByPath = new ConcurrentHashMap<>();
    private final AtomicLong spanBatches = new AtomicLong();

    Intake(Fault fault, Ledger ledger, Viewer viewer) {
        this.fault = fault;
        this.ledger = ledger;
        this.viewer = viewer;
    }

    /**
     * Takes one POST.
     *
     * @param contentType as sent, or empty
     * @param contentEncoding as sent, or empty
     * @param body as sent; longer than {@link #LARGEST_BODY_BYTES} if it was cut there
     */
    Reply take(String path, String contentType, String contentEncoding, byte[] body) {
        if (!path.equals("/v1/traces") && !path.equals("/v1/metrics") && !path.equals("/v1/logs")) {
            return Reply.Refused.unsupported(404, "no such path: " + path);
        }
        if (fault.refuses(
                requestsByPath.computeIfAbsent(path, any -> new AtomicLong()).getAndIncrement())) {
            ledger.addRefused();
            return fault == Fault.BUSY ? new Reply.Busy(Fault.BUSY_SECONDS) : new Reply.HungUp();
        }
        if (!contentType.split(";", 2)[0].strip().equalsIgnoreCase(PROTOBUF)) {
            return Reply.Refused.unsupported(415, "only " + PROTOBUF + " is read here");
        }
        Reply reply = decode(path, contentEncoding, body);
        if (reply instanceof Reply.Refused) {
            ledger.addMalformed();
        }
        return reply;
    }

    private Reply decode(String path, String contentEncoding, byte[] body) {
        try {
            byte[] plain = plain(contentEncoding, body);
            if (plain.length > LARGEST_BODY_BYTES) {
                return Reply.Refused.tooLarge(LARGEST_BODY_BYTES);
            }
            return switch (path) {
                case "/v1/traces" -> keep(ExportTraceServiceRequest.parseFrom(plain));
                case "/v1/metrics" -> keep(ExportMetricsServiceRequest.parseFrom(plain));
                default -> keep(ExportLogsServiceRequest.parseFrom(plain));
            };
        } catch (InvalidProtocolBufferException malformed) {
            return Reply.Refused.malformed("malformed protobuf: " + malformed.getMessage());
        } catch (IOException malformed) {
            return Reply.Refused.malformed("malformed " + contentEncoding + ": " + malformed.getMessage());
        }
    }

    private static byte[] plain(String contentEncoding, byte[] body) throws IOException {
        return switch (contentEncoding) {
            case "", "identity" -> body;
            case "gzip" -> {
                try (InputStream inflated = new GZIPInputStream(new ByteArrayInputStream(body))) {
                    yield inflated.readNBytes(LARGEST_BODY_BYTES + 1);
                }
            }
            default -> throw new IOException("not known here");
        };
    }

    private Reply keep(ExportTraceServiceRequest request) {
        if (hasMalformedIds(request)) {
            return Reply.Refused.malformed("a span without a trace id of 16 and a span id of 8 bytes");
        }
        if (Ledger.spans(request) > 0 && fault.forgets(spanBatches.getAndIncrement())) {
            ledger.forget(request);
        } else {
            ledger.keep(request);
            viewer.show(request);
        }
        return new Reply.Accepted();
    }

    private static boolean hasMalformedIds(ExportTraceServiceRequest request) {
        return request.getResourceSpansList().stream()
                .flatMap(resource -> resource.getScopeSpansList().stream())
                .flatMap(scope -> scope.getSpansList().stream())
                .anyMatch(span ->
                        span.getSpanId().size() != 8 || span.getTraceId().size() != 16);
    }

    private Reply keep(ExportMetricsServiceRequest request) {
        ledger.keep(request);
        viewer.show(request);
        return new Reply.Accepted();
    }

    private Reply keep(ExportLogsServiceRequest request) {
        ledger.keep(request);
        return new Reply.Accepted();
    }
}
