package io.sluice.exporter.otlp;

import static java.util.Objects.requireNonNull;

import io.sluice.exporter.Divider;
import io.sluice.exporter.Encoder;
import io.sluice.exporter.Payload;
import io.sluice.exporter.Pieces;
import io.sluice.exporter.Signal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * Merges received requests of one signal into one without reading their items: the repeated fields of protobuf messages
 * concatenate, and neighbours that are of the same resource, or of the same scope, share it ({@link Envelopes}). Not
 * profiles, whose dictionaries would mix: each of their requests stays alone. Nothing is copied; the payload refers to
 * the requests' bytes. Sound for requests that {@link OtlpScanner} has accepted. One thread at a time.
 */
public final class OtlpMerge implements Encoder<OtlpRequest> {

    private final Signal signal;
    private final LongConsumer onSettled;

    // Of the batch in the making.
    private final List<OtlpRequest> requests = new ArrayList<>();
    private final Envelopes envelopes = new Envelopes();

    /** Of the requests as they came. */
    private long receivedBytes;

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
        if (signal == Signal.PROFILES) {
            return addAlone(request, maxBytes);
        }
        int added = envelopes.add(request.layout(), maxBytes);
        if (added <= maxBytes) {
            keep(request);
        }
        return added;
    }

    private int addAlone(OtlpRequest request, int maxBytes) {
        int added = requests.isEmpty() ? request.body().length : Integer.MAX_VALUE;
        if (added <= maxBytes && requests.isEmpty()) {
            keep(request);
        }
        return added;
    }

    private void keep(OtlpRequest request) {
        requests.add(request);
        receivedBytes += request.body().length;
    }

    @Override
    public Payload finish() {
        ByteBuffer[] received = new ByteBuffer[requests.size()];
        int[] counts = new int[received.length];
        int items = 0;
        for (int i = 0; i < received.length; i++) {
            received[i] = ByteBuffer.wrap(requests.get(i).body());
            counts[i] = requests.get(i).items();
            items += counts[i];
        }
        long settled = receivedBytes;
        boolean shared = signal != Signal.PROFILES && envelopes.bytes() < receivedBytes;
        ByteBuffer[] joined = envelopes.finish();
        requests.clear();
        receivedBytes = 0;
        ByteBuffer[] body = shared ? joined : received;
        return new Payload(signal, items, body, divider(received, counts), () -> onSettled.accept(settled));
    }

    /** First the senders' requests as they came, which were counted then. */
    private Divider divider(ByteBuffer[] received, int[] counts) {
        return (body, items) ->
                counts.length == 1 ? whole(received, items) : RequestPieces.of(signal, received, counts);
    }

    private Pieces whole(ByteBuffer[] received, int items) {
        return OtlpSplitter.of(signal).divide(new ByteBuffer[] {received[0].duplicate()}, items);
    }
}
