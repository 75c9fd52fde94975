package io.sluice.exporter.grpc;

import io.grpc.Metadata;
import io.sluice.exporter.transport.WireReader;
import java.time.Duration;
import java.util.Optional;

/**
 * The google.rpc.RetryInfo in the details of a status: that and when the peer wants to be asked again.
 *
 * @param delay the wait that it asks for; empty if it names none
 */
record RetryInfo(Optional<Duration> delay) {

    /** No budget for retries is longer, and a mistyped number must not silence an exporter for a century. */
    static final Duration LONGEST = Duration.ofHours(1);

    static final Metadata.Key<byte[]> DETAILS =
            Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER);

    private static final String TYPE = "google.rpc.RetryInfo";

    /** The first RetryInfo in {@code trailers}; empty if there is none or it cannot be read. */
    static Optional<RetryInfo> of(Metadata trailers) {
        byte[] details = trailers.get(DETAILS);
        if (details == null) {
            return Optional.empty();
        }
        try {
            return inStatus(new WireReader(details));
        } catch (WireReader.MalformedException e) {
            return Optional.empty();
        }
    }

    /** google.rpc.Status: 3 details. */
    private static Optional<RetryInfo> inStatus(WireReader status) throws WireReader.MalformedException {
        while (status.next()) {
            if (status.field() == 3 && status.isDelimited()) {
                Optional<RetryInfo> found = inAny(status.message());
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }

    /** google.protobuf.Any: 1 type_url, 2 value; the fields of a message may come in any order. */
    private static Optional<RetryInfo> inAny(WireReader any) throws WireReader.MalformedException {
        String type = "";
        WireReader value = new WireReader(new byte[0]);
        while (any.next()) {
            if (any.field() == 1 && any.isDelimited()) {
                type = any.string();
            } else if (any.field() == 2 && any.isDelimited()) {
                value = any.message();
            }
        }
        return type.substring(type.lastIndexOf('/') + 1).equals(TYPE)
                ? Optional.of(new RetryInfo(retryDelay(value)))
                : Optional.empty();
    }

    /** google.rpc.RetryInfo: 1 retry_delay. */
    private static Optional<Duration> retryDelay(WireReader retryInfo) throws WireReader.MalformedException {
        Optional<Duration> delay = Optional.empty();
        while (retryInfo.next()) {
            if (retryInfo.field() == 1 && retryInfo.isDelimited()) {
                delay = Optional.of(duration(retryInfo.message()));
            }
        }
        return delay;
    }

    /** google.protobuf.Duration: 1 seconds, 2 nanos. */
    private static Duration duration(WireReader duration) throws WireReader.MalformedException {
        long seconds = 0;
        long nanos = 0;
        while (duration.next()) {
            if (duration.field() == 1 && duration.isVarint()) {
                seconds = duration.varint();
            } else if (duration.field() == 2 && duration.isVarint()) {
                nanos = duration.varint();
            }
        }
        return limited(seconds, (int) nanos);
    }

    private static Duration limited(long seconds, int nanos) {
        if (seconds >= LONGEST.toSeconds()) {
            return LONGEST;
        }
        Duration wait = seconds < 0 ? Duration.ZERO : Duration.ofSeconds(seconds, nanos);
        if (wait.isNegative()) {
            return Duration.ZERO;
        }
        return wait.compareTo(LONGEST) > 0 ? LONGEST : wait;
    }
}
