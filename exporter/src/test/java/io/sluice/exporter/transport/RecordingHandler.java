package io.sluice.exporter.transport;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Answers with the request's body, or keeps the responder for the test; holds a budget like a receiver's. Any thread. */
final class RecordingHandler implements RequestHandler {

    final Queue<HttpRequest> requests = new ConcurrentLinkedQueue<>();
    final LinkedBlockingQueue<Responder> responders = new LinkedBlockingQueue<>();
    final AtomicInteger admitted = new AtomicInteger();
    final AtomicInteger refused = new AtomicInteger();
    final AtomicInteger discarded = new AtomicInteger();
    /** What may be held; what is reserved is taken off. */
    final AtomicLong room = new AtomicLong(1L << 40);

    volatile boolean later;

    /** What every request is refused with, whatever the room. */
    volatile @Nullable HttpResponse refusal;

    @Override
    public Admission admit(HttpHead head) {
        HttpResponse always = refusal;
        if (always != null) {
            return new Admission.Refused(always);
        }
        Held held = new Held();
        if (!held.tryGrow(head.contentLength().orElse(0))) {
            refused.incrementAndGet();
            return new Admission.Refused(held.refusal());
        }
        admitted.incrementAndGet();
        return new Admission.Accepted(held);
    }

    private final class Held implements Reservation {
        private long bytes;

        @Override
        public boolean tryGrow(long more) {
            if (room.addAndGet(-more) < 0) {
                room.addAndGet(more);
                return false;
            }
            bytes += more;
            return true;
        }

        @Override
        public HttpResponse refusal() {
            return HttpResponse.text(429, "no room")
                    .withGrpcStatus(new GrpcStatus(8, "no room", Optional.of(Duration.ofMillis(1500))));
        }

        @Override
        public void discarded() {
            discarded.incrementAndGet();
            room.addAndGet(bytes);
        }
    }

    @Override
    public void handle(HttpRequest request, Responder responder) {
        requests.add(request);
        room.addAndGet(((Held) request.reservation()).bytes);
        if (later) {
            responders.add(responder);
        } else {
            responder.respond(new HttpResponse(200, "text/plain", request.body()));
        }
    }

    Responder nextResponder() throws InterruptedException {
        Responder responder = responders.poll(10, TimeUnit.SECONDS);
        if (responder == null) {
            throw new AssertionError("no request came");
        }
        return responder;
    }

    HttpRequest nextRequest() {
        return requests.remove();
    }

    static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
