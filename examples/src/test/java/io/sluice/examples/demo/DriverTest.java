package io.sluice.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DriverTest {

    private final Set<String> traceParents = ConcurrentHashMap.newKeySet();
    private HttpServer shop;

    @BeforeEach
    void open() throws IOException {
        shop = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        shop.createContext("/", exchange -> {
            traceParents.add(exchange.getRequestHeaders().getFirst("traceparent"));
            exchange.sendResponseHeaders(exchange.getRequestMethod().equals("POST") ? 201 : 404, -1);
            exchange.close();
        });
        shop.start();
    }

    @AfterEach
    void close() {
        shop.stop(0);
    }

    @Test
    void drive_sendsEachRequestWithIdsOfItsOwn() throws InterruptedException {
        List<Integer> progress = new ArrayList<>();

        List<Driven> driven = driver().drive(25, progress::add);

        assertThat(driven)
                .extracting(Driven::number)
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 25).boxed().toList());
        assertThat(driven).allSatisfy(request -> {
            assertThat(request.traceId()).matches("[0-9a-f]{32}");
            assertThat(request.spanId()).matches("[0-9a-f]{16}");
            assertThat(traceParents).contains("00-" + request.traceId() + "-" + request.spanId() + "-01");
            assertThat(request.isAnswered()).isEqualTo(request.kind() == RequestKind.ORDER);
        });
        assertThat(traceParents).hasSize(25);
        assertThat(progress).hasSize(25).endsWith(25);
    }

    @Test
    void drive_withoutAShop_findsNoAnswer() throws InterruptedException {
        Driver driver = driver();
        shop.stop(0);

        assertThat(driver.drive(2, done -> {})).extracting(Driven::status).containsExactly(0, 0);
    }

    private Driver driver() {
        return new Driver(URI.create("http://127.0.0.1:" + shop.getAddress().getPort()));
    }
}
