package io.sluice.applications.shop;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/**
 * The application: {@code java -jar sluice-applications.jar --server.port=8080}.
 *
 * <p>{@code /orders/ID} asks the database, and {@code /stock} of the same application by HTTP, which asks the database
 * again. {@code /actuator/health} says how it is, {@code /exit/CODE} ends it.
 */
@SpringBootApplication
public class ShopApplication {

    /** For Spring. */
    public ShopApplication() {}

    public static void main(String[] arguments) {
        SpringApplication.run(ShopApplication.class, arguments);
    }
}
