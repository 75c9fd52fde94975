package io.sluice.examples.quarkus;

import io.opentelemetry.api.trace.Span;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;

/** Answers with the id of the request's span. */
@Path("/hello")
public class Hello {

    @GET
    public String hello() {
        return Span.current().getSpanContext().getSpanId();
    }
}
