package io.sluice.examples.springboot;

import io.opentelemetry.api.trace.Span;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** A web application that answers with the id of the request's span. */
@RestController
@SpringBootApplication
public class Application {

    public static void main(String[] arguments) {
        SpringApplication.run(Application.class, arguments);
    }

    @GetMapping("/hello")
    String hello() throws InterruptedException {
        Thread.sleep(20);
        return Span.current().getSpanContext().getSpanId();
    }
}
