package io.sluice.exporter.transport;

import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpHeaders;
import io.sluice.exporter.ExportResult;
import io.sluice.runtime.sync.Oneshot;
import org.jspecify.annotations.Nullable;

/**
 * One request and the answer it is waiting for, possibly over a second connection if the first turned out to be dead.
 *
 * <p>In the transport's loop, except {@link #progress}.
 */
final class HttpExchange {

    private final RequestBody body;
    private final HttpHeaders headers;
    private final Oneshot.Sender<ExportResult> result;

    private @Nullable HttpClientConnection connection;
    private boolean finished;
    private boolean sentAgain;

    /** What it is doing, for the message of a timeout. The loop writes, any thread reads. */
    private volatile String progress = "connecting";

    /** The status of the answer; 0 before there is one. The loop writes before the result, its receiver reads after it. */
    private volatile int status;

    /** @param headers of the request, without those about its body */
    HttpExchange(RequestBody body, HttpHeaders headers, Oneshot.Sender<ExportResult> result) {
        this.body = body;
        this.headers = headers;
        this.result = result;
    }

    RequestBody body() {
        return body;
    }

    /** A copy, for one request. */
    HttpHeaders newHeaders() {
        return headers.copy();
    }

    String progress() {
        return progress;
    }

    void progress(String now) {
        progress = now;
    }

    /** The peer answered with {@code code}; before {@link #finish}. */
    void answered(int code) {
        status = code;
    }

    int status() {
        return status;
    }

    void runOn(HttpClientConnection carrier) {
        connection = carrier;
    }

    boolean isFinished() {
        return finished;
    }

    /** Whether it may be sent once more because a connection from the pool was dead; true only once. */
    boolean maySendAgain() {
        boolean may = !sentAgain && !finished;
        sentAgain = true;
        return may;
    }

    /** The outcome is there. Whoever calls this has seen to it that nothing is writing the body any more. */
    void finish(ExportResult outcome) {
        if (finished) {
            return;
        }
        finished = true;
        connection = null;
        body.release();
        result.send(outcome);
    }

    /** Nobody waits for the outcome any more: the connection is closed, whatever state it is in. */
    void abandon() {
        if (finished) {
            return;
        }
        HttpClientConnection carrier = connection;
        if (carrier != null) {
            carrier.abandon();
        }
        finish(new ExportResult.Unreachable("cancelled"));
    }
}
