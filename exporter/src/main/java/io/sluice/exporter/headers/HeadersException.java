package io.sluice.exporter.headers;

/** There are no headers to send with. The message is for people and without secrets. */
public final class HeadersException extends Exception {

    private static final long serialVersionUID = 1L;

    HeadersException(String message) {
        super(message);
    }
}
