package io.sluice.exporter.transport;

import static java.util.Objects.requireNonNull;

/** Whether the body of a request is worth reading, decided when its head is there. */
public sealed interface Admission {

    /** Read it; {@code reservation} is what is held for it. */
    record Accepted(Reservation reservation) implements Admission {
        public Accepted {
            requireNonNull(reservation, "reservation");
        }
    }

    /** Answer at once and do not read the body; over HTTP/1.1 the connection is closed after the answer. */
    record Refused(HttpResponse response) implements Admission {
        public Refused {
            requireNonNull(response, "response");
        }
    }

    /** Accepted with nothing reserved. */
    static Admission accept() {
        return new Accepted(Reservation.none());
    }
}
