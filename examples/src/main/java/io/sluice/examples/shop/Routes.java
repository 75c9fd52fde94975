package io.sluice.examples.shop;

import java.io.IOException;
import java.sql.SQLException;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** What the shop offers: prices, orders, and what was ordered. Any thread. */
final class Routes {

    private static final int MOST_PIECES = 1_000;

    private final Store store;
    private final PriceClient prices;

    Routes(Store store, PriceClient prices) {
        this.store = store;
        this.prices = prices;
    }

    /** {@code GET /price?item=tea}. */
    Answer price(Map<String, String> parameters) throws SQLException {
        String item = parameters.getOrDefault("item", "");
        OptionalLong cents = store.priceCents(item);
        return cents.isPresent()
                ? Answer.ok("{\"cents\":" + cents.getAsLong() + "}")
                : Answer.error(404, "no such item");
    }

    /** {@code POST /order} with {@code item=tea&quantity=2}: asks the price service, then takes from stock. */
    Answer order(Map<String, String> parameters) throws SQLException, IOException, InterruptedException {
        String item = parameters.getOrDefault("item", "");
        OptionalInt quantity = pieces(parameters.getOrDefault("quantity", "1"));
        if (quantity.isEmpty()) {
            return Answer.error(400, "quantity is a number from 1 to " + MOST_PIECES);
        }
        OptionalLong cents = prices.cents(item);
        if (cents.isEmpty()) {
            return Answer.error(404, "no such item");
        }
        return store.place(item, quantity.getAsInt(), quantity.getAsInt() * cents.getAsLong())
                .map(order -> Answer.created(order.toJson()))
                .orElseGet(() -> Answer.error(409, "sold out"));
    }

    /** {@code GET /orders?id=1}. */
    Answer placed(Map<String, String> parameters) throws SQLException {
        String id = parameters.getOrDefault("id", "");
        if (!id.matches("\\d{1,18}")) {
            return Answer.error(400, "id is a number");
        }
        return store.order(Long.parseLong(id))
                .map(order -> Answer.ok(order.toJson()))
                .orElseGet(() -> Answer.error(404, "no such order"));
    }

    private static OptionalInt pieces(String text) {
        if (!text.matches("\\d{1,4}")) {
            return OptionalInt.empty();
        }
        int pieces = Integer.parseInt(text);
        return pieces >= 1 && pieces <= MOST_PIECES ? OptionalInt.of(pieces) : OptionalInt.empty();
    }
}
