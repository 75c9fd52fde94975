package io.sluice.exporter.transport;

/** Answers one request. Any thread. */
public interface Responder {

    /**
     * Sends the answer. The first one counts, later ones do nothing; so does one for a peer that has gone.
     */
    void respond(HttpResponse response);
}
