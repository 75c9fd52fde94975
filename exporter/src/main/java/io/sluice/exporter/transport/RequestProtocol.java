package io.sluice.exporter.transport;

/** How a request came in. */
public enum RequestProtocol {
    HTTP_1,
    HTTP_2,
    /** A unary call: the head's method is POST and its path the method's full name; over HTTP/2. */
    GRPC
}
