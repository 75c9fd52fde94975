package io.sluice.exporter.transport;

/** What a server did to connections and streams for its own protection; each is counted. */
public enum ServerEvent {
    /** A connection was taken in. */
    CONNECTION_ACCEPTED,
    /** A connection was told that there are too many, or closed at once. */
    CONNECTION_REFUSED,
    /** A connection ended before its TLS handshake was complete, or was not TLS where it has to be. */
    HANDSHAKE_FAILED,
    /** A connection, or the head of a request, came too slowly. */
    HEAD_TIMEOUT,
    /** A request's body came too slowly. */
    BODY_TIMEOUT,
    /** A connection was closed because its peer did not take an answer. */
    WRITE_TIMEOUT,
    /** A connection without requests was closed. */
    IDLE_CLOSED,
    /** A connection was ended for its age. */
    AGED_OUT,
    /** A connection was ended for too many resets, control frames, empty frames or pieces of a head. */
    FLOOD,
    /** A connection was ended for what is no HTTP/2. */
    PROTOCOL_ERROR,
    /** A stream was ended for what is no HTTP/2, or was one too many. */
    STREAM_ERROR,
    /** A request was given up by its peer before it was answered. */
    CANCELLED
}
