package io.sluice.examples.shop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ShopServerTest {

    private final HttpClient client = HttpClient.newHttpClient();
    private ShopServer shop;

    @BeforeEach
    void open() throws Exception {
        shop = ShopServer.start(Shop.address("--port=0"), Store.open("test"));
    }

    @AfterEach
    void close() {
        shop.close();
    }

    @Test
    void price_ofKnownItem_isAnswered() throws Exception {
        HttpResponse<String> answer = get("/price?item=tea");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"cents\":350}");
        assertThat(answer.headers().firstValue("content-type")).contains("application/json");
    }

    @Test
    void price_ofUnknownItem_isNotFound() throws Exception {
        assertThat(get("/price?item=unicorn").statusCode()).isEqualTo(404);
        assertThat(get("/price").statusCode()).isEqualTo(404);
    }

    @Test
    void order_asksThePriceAndIsKept() throws Exception {
        HttpResponse<String> placed = post("/order", "item=cake&quantity=3");

        assertThat(placed.statusCode()).isEqualTo(201);
        assertThat(placed.body()).isEqualTo("{\"order\":1,\"item\":\"cake\",\"quantity\":3,\"totalCents\":1770}");
        assertThat(get("/orders?id=1").body()).isEqualTo(placed.body());
    }

    @Test
    void order_thatCannotBe_isRefusedAndNotKept() throws Exception {
        assertThat(post("/order", "item=truffle").statusCode()).isEqualTo(409);
        assertThat(post("/order", "item=unicorn").statusCode()).isEqualTo(404);
        assertThat(post("/order", "item=tea&quantity=0").statusCode()).isEqualTo(400);
        assertThat(post("/order", "item=tea&quantity=1001").statusCode()).isEqualTo(400);
        assertThat(post("/order", "item=%zz").statusCode()).isEqualTo(400);
        assertThat(get("/orders?id=1").statusCode()).isEqualTo(404);
        assertThat(get("/orders?id=one").statusCode()).isEqualTo(400);
    }

    @Test
    void request_forNothingOffered_isRefused() throws Exception {
        assertThat(get("/").statusCode()).isEqualTo(404);
        assertThat(get("/prices?item=tea").statusCode()).isEqualTo(404);
        assertThat(get("/order").statusCode()).isEqualTo(405);
        assertThat(post("/order", "x".repeat(10_000)).statusCode()).isEqualTo(413);
    }

    @Test
    void orders_atTheSameTime_areAllPlaced() {
        List<CompletableFuture<Integer>> answers = IntStream.range(0, 40)
                .mapToObj(i -> client.sendAsync(request("/order", "item=tea"), HttpResponse.BodyHandlers.ofString())
                        .thenApply(HttpResponse::statusCode))
                .toList();

        assertThat(answers).extracting(CompletableFuture::join).containsOnly(201);
    }

    @Test
    void close_endsTheServer() {
        shop.close();

        assertThatThrownBy(() -> get("/price?item=tea"))
                .isInstanceOf(IOException.class)
                .isInstanceOf(ConnectException.class);
    }

    @Test
    void start_onAllAddresses_isReachedByLoopback() throws Exception {
        try (ShopServer open = ShopServer.start(Shop.address("--port=0", "--host=0.0.0.0"), Store.open("open"))) {
            assertThat(open.uri().getHost()).isEqualTo("127.0.0.1");
            HttpRequest request = HttpRequest.newBuilder(open.uri().resolve("/price?item=tea"))
                    .build();
            assertThat(client.send(request, HttpResponse.BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void start_onTakenPort_fails() throws Exception {
        InetSocketAddress taken =
                new InetSocketAddress(shop.uri().getHost(), shop.uri().getPort());
        try (Store store = Store.open("other")) {
            assertThatThrownBy(() -> ShopServer.start(taken, store)).isInstanceOf(BindException.class);
        }
    }

    private HttpResponse<String> get(String path) throws Exception {
        return client.send(
                HttpRequest.newBuilder(shop.uri().resolve(path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String path, String form) throws Exception {
        return client.send(request(path, form), HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest request(String path, String form) {
        return HttpRequest.newBuilder(shop.uri().resolve(path))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form))
                .build();
    }
}
