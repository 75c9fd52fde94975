package io.sluice.exporter.transport;

import io.sluice.exporter.Compression;
import io.sluice.exporter.ExportResult;
import io.sluice.exporter.Payload;
import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.JoinException;
import io.sluice.runtime.JoinHandle;
import io.sluice.runtime.Poll;
import io.sluice.runtime.sync.Oneshot;
import io.sluice.runtime.time.Sleep;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One attempt: take the body out of the payload, compressing it if asked to, hand it to the loop, wait for the outcome
 * or the deadline, which counts from the first poll.
 *
 * <pre>
 *   START --small or plain--> EXCHANGING --outcome, deadline--> Ready
 *     \--large, gzip--> COMPRESSING --^
 * </pre>
 *
 * All fields: whoever polls or cancels.
 */
final class HttpSend implements Future<ExportResult> {

    private final HttpTransport transport;
    private final Payload payload;

    private @Nullable Sleep deadline;
    private @Nullable JoinHandle<RequestBody> compressing;
    private @Nullable HttpExchange exchange;
    private Oneshot.@Nullable Receiver<ExportResult> outcome;

    HttpSend(HttpTransport transport, Payload payload) {
        this.transport = transport;
        this.payload = payload;
    }

    @Override
    public Poll<ExportResult> poll(Context cx) throws Exception {
        if (deadline == null) {
            deadline = transport.handle().sleep(transport.settings().exportTimeout());
            start();
        }
        if (compressing != null && !pollCompressed(cx, compressing)) {
            return pollDeadline(cx, deadline);
        }
        if (outcome == null) {
            cancel();
            return Poll.ready(new ExportResult.Unreachable(transport.name() + ": the runtime is shutting down"));
        }
        Poll<ExportResult> ended = outcome.poll(cx);
        if (ended.isPending()) {
            return pollDeadline(cx, deadline);
        }
        deadline.cancel();
        exchange = null;
        return ended;
    }

    private void start() {
        ByteBuffer[] parts = payload.body();
        int size = payload.bytes();
        RequestBody.Pool pool = transport.bodies();
        if (transport.settings().compression() == Compression.NONE) {
            exchange(RequestBody.copyOf(parts, size, pool));
        } else if (size <= Gzip.SMALL_BYTES) {
            exchange(RequestBody.compressed(parts, size, pool));
        } else {
            compressing = transport.handle().spawnBlocking(() -> RequestBody.compressed(parts, size, pool));
        }
    }

    /** Whether compressing is over, one way or the other. */
    private boolean pollCompressed(Context cx, JoinHandle<RequestBody> work) throws Exception {
        Poll<RequestBody> compressed;
        try {
            compressed = work.poll(cx);
        } catch (JoinException e) {
            compressing = null;
            if (e.isCancelled()) {
                return true;
            }
            throw e;
        }
        if (compressed.isPending()) {
            return false;
        }
        compressing = null;
        exchange(compressed.get());
        return true;
    }

    private void exchange(RequestBody body) {
        Oneshot.Channel<ExportResult> channel = Oneshot.channel();
        outcome = channel.receiver();
        exchange = new HttpExchange(body, channel.sender());
        transport.run(exchange);
    }

    private Poll<ExportResult> pollDeadline(Context cx, Sleep sleep) {
        if (!sleep.pollElapsed(cx)) {
            return Poll.pending();
        }
        String doing = progress();
        cancel();
        return Poll.ready(new ExportResult.Unreachable(transport.name() + ": no answer within "
                + transport.settings().exportTimeout().toMillis() + " ms (" + doing + ")"));
    }

    /** What it is doing, in words. The owner only, like a poll. */
    String progress() {
        return exchange == null ? "compressing the request" : exchange.progress();
    }

    @Override
    public void cancel() {
        if (deadline != null) {
            deadline.cancel();
        }
        if (compressing != null) {
            compressing.abort();
            compressing.detach();
            compressing = null;
        }
        if (outcome != null) {
            outcome.close();
        }
        if (exchange != null) {
            transport.abandon(exchange);
            exchange = null;
        }
    }
}
