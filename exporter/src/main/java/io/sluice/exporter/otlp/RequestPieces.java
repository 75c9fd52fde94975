package io.sluice.exporter.otlp;

import io.sluice.exporter.Pieces;
import io.sluice.exporter.Signal;
import java.nio.ByteBuffer;
import java.util.Optional;

/** A merged request: each of its buffers is what one sender sent, and a request of its own. */
final class RequestPieces implements Pieces {

    private final Signal signal;
    private final ByteBuffer[] requests;

    /** Bytes and items before each request, and before the end. */
    private final int[] bytesBefore;

    private final int[] itemsBefore;

    private RequestPieces(Signal signal, ByteBuffer[] requests, int[] bytesBefore, int[] itemsBefore) {
        this.signal = signal;
        this.requests = requests;
        this.bytesBefore = bytesBefore;
        this.itemsBefore = itemsBefore;
    }

    /** Requests of {@code signal}, on the heap, which are counted here; anything else is indivisible. */
    static Pieces of(Signal signal, ByteBuffer[] requests, int items) {
        int[] counts = new int[requests.length];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = count(signal, requests[i]);
            if (counts[i] < 0) {
                return Pieces.indivisible(requests, items, "request of " + signal);
            }
        }
        return of(signal, requests, counts);
    }

    /** Requests with so many items each. */
    static Pieces of(Signal signal, ByteBuffer[] requests, int[] counts) {
        int[] bytesBefore = new int[requests.length + 1];
        int[] itemsBefore = new int[requests.length + 1];
        for (int i = 0; i < requests.length; i++) {
            bytesBefore[i + 1] = bytesBefore[i] + requests[i].remaining();
            itemsBefore[i + 1] = itemsBefore[i] + counts[i];
        }
        return new RequestPieces(signal, requests, bytesBefore, itemsBefore);
    }

    private static int count(Signal signal, ByteBuffer request) {
        if (!request.hasArray()) {
            return -1;
        }
        int from = request.arrayOffset() + request.position();
        return OtlpScanner.count(OtlpShapes.of(signal), request.array(), from, from + request.remaining());
    }

    @Override
    public int size() {
        return requests.length;
    }

    @Override
    public int items(int from, int to) {
        return itemsBefore[to] - itemsBefore[from];
    }

    @Override
    public int bytes(int from, int to) {
        return bytesBefore[to] - bytesBefore[from];
    }

    @Override
    public ByteBuffer[] body(int from, int to) {
        ByteBuffer[] body = new ByteBuffer[to - from];
        for (int i = from; i < to; i++) {
            body[i - from] = requests[i].duplicate();
        }
        return body;
    }

    @Override
    public Optional<Pieces> within(int piece) {
        Pieces pieces = OtlpSplitter.of(signal).divide(body(piece, piece + 1), items(piece, piece + 1));
        return pieces.size() > 1 ? Optional.of(pieces) : Optional.empty();
    }

    @Override
    public boolean ofSenders() {
        return true;
    }

    @Override
    public String name(int piece) {
        return OtlpSplitter.of(signal)
                .divide(body(piece, piece + 1), items(piece, piece + 1))
                .name(0);
    }
}
