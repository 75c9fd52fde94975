package io.sluice.exporter.otlp;

import static java.util.Objects.requireNonNull;

import io.sluice.exporter.Divider;
import io.sluice.exporter.Encoder;
import io.sluice.exporter.Payload;
import io.sluice.exporter.Signal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * Merges received requests of one signal into one without reading them: the repeated top-level fields of protobuf
 * messages concatenate. Not profiles, whose dictionaries would mix: each of their requests stays alone. Nothing is copied; the payload refers to the requests' bytes. Sound for requests that {@link
 * OtlpScanner} has accepted. One thread at a time.
 */
public final class OtlpMerge implements Encoder<OtlpRequest> {

    private final Signal signal;
    private final LongConsumer onSettled;

    // Of the batch in the making.
    private final List<OtlpRequest> requests = new ArrayList<>();
    private long bytes;

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
    public String describe(OtlpRequest request) {
        return "a received request of " + request.body().length + " bytes";
    }

    @Override
    public int add(OtlpRequest request, int maxBytes) {
        if (request.signal() != signal) {
            throw new IllegalArgumentException("a request of " + request.signal() + " among " + signal);
        }
        if (signal == Signal.PROFILES && !requests.isEmpty()) {
            return Integer.MAX_VALUE;
        }
        int added = request.body().length;
        if (added <= maxBytes) {
            requests.add(request);
            bytes += added;
        }
        return added;
    }

    @Override
    public Payload finish() {
        ByteBuffer[] body = new ByteBuffer[requests.size()];
        int[] counts = new int[body.length];
        int items = 0;
        for (int i = 0; i < body.length; i++) {
            body[i] = ByteBuffer.wrap(requests.get(i).body());
            counts[i] = requests.get(i).items();
            items += counts[i];
        }
        long settled = bytes;
        requests.clear();
        bytes = 0;
        return new Payload(signal, items, body, divider(counts), () -> onSettled.accept(settled));
    }

    /** First the senders' requests, which were counted when they came. */
    private Divider divider(int[] counts) {
        return counts.length == 1 ? OtlpSplitter.of(signal) : (body, items) -> RequestPieces.of(signal, body, counts);
    }
}
