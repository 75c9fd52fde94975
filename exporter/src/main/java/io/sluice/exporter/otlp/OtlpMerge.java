package io.sluice.exporter.otlp;

import static java.util.Objects.requireNonNull;

import io.sluice.exporter.Divider;
import io.sluice.exporter.Encoder;
import io.sluice.exporter.Payload;
import io.sluice.exporter.Signal;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * Merges received requests of one signal into one without reading them: the repeated top-level fields of protobuf
 * messages concatenate. Nothing is copied; the payload refers to the requests' bytes. Sound for requests that {@link
 * OtlpScanner} has accepted. Thread-safe.
 */
public final class OtlpMerge implements Encoder<OtlpRequest> {

    private final Signal signal;
    private final LongConsumer onSettled;

    /** @param onSettled given the bytes of the requests of a payload when that is closed */
    public OtlpMerge(Signal signal, LongConsumer onSettled) {
        this.signal = requireNonNull(signal, "signal");
        this.onSettled = requireNonNull(onSettled, "onSettled");
    }

    @Override
    public Signal signal() {
        return signal;
    }

    @Override
    public int count(OtlpRequest request) {
        return request.items();
    }

    @Override
    public int bytes(OtlpRequest request) {
        return request.body().length;
    }

    @Override
    public String describe(OtlpRequest request) {
        return "a received request of " + request.body().length + " bytes";
    }

    @Override
    public Payload encode(List<? extends OtlpRequest> batch) {
        ByteBuffer[] body = new ByteBuffer[batch.size()];
        int[] counts = new int[body.length];
        int items = 0;
        long bytes = 0;
        for (int i = 0; i < body.length; i++) {
            OtlpRequest request = batch.get(i);
            if (request.signal() != signal) {
                throw new IllegalArgumentException("a request of " + request.signal() + " among " + signal);
            }
            body[i] = ByteBuffer.wrap(request.body());
            counts[i] = request.items();
            items += counts[i];
            bytes += request.body().length;
        }
        long settled = bytes;
        return new Payload(signal, items, body, divider(counts), () -> onSettled.accept(settled));
    }

    /** First the senders' requests, which were counted when they came. */
    private Divider divider(int[] counts) {
        return counts.length == 1 ? OtlpSplitter.of(signal) : (body, items) -> RequestPieces.of(signal, body, counts);
    }
}
