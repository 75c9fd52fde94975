package io.sluice.exporter.transport;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One request from its head to the handler, whatever protocol it comes in by: admitted, its body put together within the
 * limits and what was reserved, decompressed, handed over.
 *
 * <p>Exactly one of {@link Replies}'s methods is called, once, unless {@link #discard} comes first. In the connection's
 * loop.
 */
final class RequestIntake {

    /** Of a body whose size is known and reserved, at first: what most requests have. */
    private static final int MAX_FIRST_BODY_BYTES = 1 << 20;

    /** Of one that comes in chunks. */
    private static final int FIRST_BODY_BYTES = 8 * 1024;

    /** Where an answer goes to. In the loop. */
    interface Replies {
        /** Before the handler had the request; more of the body may be coming. */
        void refused(HttpResponse response);

        /** By the handler. */
        void answered(HttpResponse response);
    }

    private final ServerConnection connection;
    private final HttpServerSettings settings;
    private final HttpHead head;
    private final Replies replies;

    private Reservation reservation = Reservation.none();
    private GrowingBytes body = new GrowingBytes(new byte[0]);

    /** How the body is compressed; null if it is not. */
    private @Nullable ContentCoding coding;
    /** The body's size was part of the reservation from the beginning. */
    private boolean announced;
    /** Refused, discarded or answered. */
    private boolean ended;

    RequestIntake(ServerConnection connection, HttpHead head, Replies replies) {
        this.connection = connection;
        this.settings = connection.settings();
        this.head = head;
        this.replies = replies;
    }

    HttpHead head() {
        return head;
    }

    // The head

    /** Whether the body is wanted; if not, the request has been refused. */
    boolean begin() {
        if (!acceptsEncoding() || !acceptsLength()) {
            return false;
        }
        Admission admission;
        try {
            admission = connection.handler().admit(head);
        } catch (RuntimeException e) {
            connection.report(e);
            refuse(500, "the server failed to look at the request");
            return false;
        }
        if (admission instanceof Admission.Refused refused) {
            refuse(refused.response());
            return false;
        }
        accepted((Admission.Accepted) admission);
        return true;
    }

    private void accepted(Admission.Accepted accepted) {
        reservation = accepted.reservation();
        announced = head.contentLength().isPresent();
        // What was announced is reserved, so that it may be allocated; but nobody has to be believed in megabytes.
        int expected = (int) head.contentLength().orElse(FIRST_BODY_BYTES);
        body = new GrowingBytes(new byte[Math.min(expected, MAX_FIRST_BODY_BYTES)], announced ? expected : 0);
    }

    private boolean acceptsEncoding() {
        String encoding = encoding();
        ContentCodings codings = connection.handler().codings();
        coding = codings.find(encoding).orElse(null);
        if (coding != null || encoding.isEmpty() || encoding.equalsIgnoreCase("identity")) {
            return true;
        }
        String message = "content encoding " + ResponseText.clean(encoding) + " is not supported; allowed: one of "
                + codings.names() + ", identity";
        refuse(connection
                .handler()
                .refusal(Optional.of(head), 415, message)
                .withHeader("Accept-Encoding", codings.names()));
        return false;
    }

    private String encoding() {
        return head.header("content-encoding").orElse("").strip();
    }

    private boolean acceptsLength() {
        if (head.contentLength().orElse(0) <= settings.maxBodyBytes()) {
            return true;
        }
        refuse(413, tooLarge());
        return false;
    }

    private String tooLarge() {
        return "the body is larger than " + settings.maxBodyBytes() + " bytes";
    }

    // The body

    /** Takes what is readable in {@code bytes}; whether more is wanted. If not, the request has been refused. */
    boolean add(ByteBuf bytes) {
        int size = bytes.readableBytes();
        if (size > settings.maxBodyBytes() - body.size()) {
            refuse(413, tooLarge());
            return false;
        }
        if (!announced && size > 0 && !reservation.tryGrow(size)) {
            refuse(reservation.refusal());
            return false;
        }
        if (size > 0) {
            body.write(bytes);
        }
        return true;
    }

    /** The body is complete. */
    void complete() {
        ContentCoding by = coding;
        if (by == null) {
            hand(body.toByteArray(), body.size());
        } else if (body.size() <= Gzip.SMALL_BYTES) {
            inflate(by, body).run();
        } else {
            inflateElsewhere(by, body);
        }
    }

    /** Decompresses where it is called; gives what is to be done about the outcome in the loop. */
    private Runnable inflate(ContentCoding by, GrowingBytes compressed) {
        int most = settings.maxInflatedBytes();
        Inflated inflated = Inflated.of(by, compressed.array(), compressed.size(), most);
        if (inflated instanceof Inflated.Plain plain) {
            return () -> hand(plain.bytes(), compressed.size());
        }
        if (inflated instanceof Inflated.Damaged damaged) {
            return () -> refuse(400, "the body is not " + encoding() + " as its head says: " + damaged.reason());
        }
        return () -> refuse(413, "the body is larger than " + most + " bytes after decompression");
    }

    private void inflateElsewhere(ContentCoding by, GrowingBytes compressed) {
        connection
                .handle()
                .spawnBlocking(() -> {
                    Runnable next = () -> refuse(500, "the body could not be decompressed");
                    try {
                        next = inflate(by, compressed);
                    } finally {
                        connection.inLoop(next);
                    }
                    return null;
                })
                .detach();
    }

    private void hand(byte[] plain, int bytesOnWire) {
        if (ended) {
            return;
        }
        // From here on the handler answers for what was reserved.
        Reservation held = reservation;
        reservation = Reservation.none();
        body = new GrowingBytes(new byte[0]);
        Answer answer = new Answer();
        try {
            connection.handler().handle(new HttpRequest(head, plain, bytesOnWire, held), answer);
        } catch (RuntimeException e) {
            connection.report(e);
            answer.respond(
                    connection.handler().refusal(Optional.of(head), 500, "the server failed to handle the request"));
        }
    }

    // The end

    /** The handler's way back to the loop. Any thread. */
    private final class Answer implements Responder {
        private final AtomicBoolean given = new AtomicBoolean();

        @Override
        public void respond(HttpResponse response) {
            if (!given.compareAndSet(false, true)) {
                return;
            }
            if (connection.isInLoop()) {
                answered(response);
                return;
            }
            connection.inLoop(() -> answered(response));
        }
    }

    private void answered(HttpResponse response) {
        if (!ended) {
            ended = true;
            replies.answered(response);
        }
    }

    /** Refuses the request for the server, and gives back what was reserved. */
    void refuse(int status, String message) {
        refuse(connection.handler().refusal(Optional.of(head), status, message));
    }

    /** Refuses the request, and gives back what was reserved. */
    void refuse(HttpResponse response) {
        if (!ended) {
            discard();
            replies.refused(response);
        }
    }

    /** Nobody waits for an answer any more: gives back what was reserved unless the handler has it. Idempotent. */
    void discard() {
        ended = true;
        body = new GrowingBytes(new byte[0]);
        Reservation held = reservation;
        reservation = Reservation.none();
        held.discarded();
    }
}
