package io.sluice.examples.shop;

/** An order that was placed. */
record Order(long id, String item, int quantity, long totalCents) {

    String toJson() {
        return "{\"order\":" + id + ",\"item\":\"" + item + "\",\"quantity\":" + quantity + ",\"totalCents\":"
                + totalCents + "}";
    }
}
