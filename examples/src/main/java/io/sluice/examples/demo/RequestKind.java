package io.sluice.examples.demo;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;

/** What the shop is asked, and how many spans the OpenTelemetry agent makes of it. */
enum RequestKind {
    /** Server; client and server of the price; three statements. */
    ORDER("POST", "/order", "item=tea&quantity=2", 201, 2, 6),
    /** Server; one statement. */
    PRICE("GET", "/price?item=cake", "", 200, 1, 2),
    /** Server; one statement. */
    LOOK_UP("GET", "/orders?id=1", "", 200, 1, 2);

    /** What the shop does before its first request: two tables and the items in one of them. */
    static final int SPANS_AT_START = 3;

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final String method;
    private final String path;
    private final String form;
    private final int status;
    private final int serverSpans;
    private final int spans;

    RequestKind(String method, String path, String form, int status, int serverSpans, int spans) {
        this.method = method;
        this.path = path;
        this.form = form;
        this.status = status;
        this.serverSpans = serverSpans;
        this.spans = spans;
    }

    /** A mixture with the first an order, as the others look that one up. */
    static RequestKind ofNumber(int number) {
        return switch (number % 10) {
            case 0, 1, 3, 4, 6, 7 -> ORDER;
            case 2, 5, 8 -> PRICE;
            default -> LOOK_UP;
        };
    }

    /** The request, as part of the trace that {@code traceParent} names. */
    HttpRequest toShop(URI shop, String traceParent) {
        return HttpRequest.newBuilder(shop.resolve(path))
                .method(method, form.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(form))
                .header("traceparent", traceParent)
                .timeout(LIMIT)
                .build();
    }

    /** The status that the shop answers with when all is well. */
    int status() {
        return status;
    }

    int serverSpans() {
        return serverSpans;
    }

    /** All spans, the server's included. */
    int spans() {
        return spans;
    }

    @Override
    public String toString() {
        return method + " " + path;
    }
}
