package io.sluice.conformance;

import java.util.List;
import java.util.stream.Stream;

/** A column of the page: one client over one protocol. */
record Column(Product product, Protocol protocol) {

    static List<Column> all() {
        return Stream.of(Product.values())
                .flatMap(product -> Stream.of(Protocol.values()).map(protocol -> new Column(product, protocol)))
                .toList();
    }

    @Override
    public String toString() {
        return product + ", " + protocol;
    }
}
