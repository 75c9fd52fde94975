package io.sluice.applications.shop;

import static java.util.Objects.requireNonNull;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;

/** The shop's addresses. */
@RestController
class ShopController {

    private final JdbcTemplate database;
    private final RestClient stock;

    ShopController(JdbcTemplate database, RestClient.Builder clients, @Value("${server.port}") int port) {
        this.database = database;
        this.stock = clients.requestFactory(new JdkClientHttpRequestFactory())
                .baseUrl("http://127.0.0.1:" + port)
                .build();
    }

    /** What is ordered, and how much of it there is. */
    record Order(int id, String item, int quantity, int pieces) {}

    @GetMapping("/orders/{id}")
    Order order(@PathVariable int id) {
        Order order = requireNonNull(database.queryForObject(
                "SELECT item, quantity FROM orders WHERE id = ?",
                (row, number) -> new Order(id, row.getString("item"), row.getInt("quantity"), 0),
                id));
        return new Order(id, order.item, order.quantity, piecesOf(order.item));
    }

    private int piecesOf(String item) {
        return requireNonNull(
                stock.get().uri("/stock?item={item}", item).retrieve().body(Integer.class));
    }

    @GetMapping("/stock")
    int stock(@RequestParam String item) {
        return requireNonNull(database.queryForObject("SELECT pieces FROM stock WHERE item = ?", Integer.class, item));
    }

    /** Ends the application by {@link System#exit}, as a program of its own accord does; nobody gets an answer. */
    @PostMapping("/exit/{code}")
    void exit(@PathVariable int code) {
        Thread end = new Thread(() -> System.exit(code), "exit");
        end.start();
    }
}
