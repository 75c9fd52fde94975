package io.sluice.examples.shop;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.OptionalLong;
import org.h2.jdbcx.JdbcConnectionPool;

/** The shop's items and orders, in an H2 database in memory. Any thread. */
final class Store implements AutoCloseable {

    /** What is on sale when the shop opens. One item is sold out. */
    private static final String ITEMS =
            "INSERT INTO item VALUES ('tea', 350, 1000000), ('coffee', 420, 1000000), ('cake', 590, 1000000), ('truffle', 9900, 0)";

    private final JdbcConnectionPool connections;
    /** A database in memory lives until its last connection is closed: this one. */
    private final Connection keeper;

    private Store(JdbcConnectionPool connections, Connection keeper) {
        this.connections = connections;
        this.keeper = keeper;
    }

    /** Opens a database of its own under {@code name}, with items to sell. */
    static Store open(String name) throws SQLException {
        JdbcConnectionPool connections = JdbcConnectionPool.create("jdbc:h2:mem:" + name, "shop", "");
        Connection keeper = connections.getConnection();
        try (Statement statement = keeper.createStatement()) {
            statement.execute(
                    "CREATE TABLE item (name VARCHAR(40) PRIMARY KEY, price_cents INT NOT NULL, stock INT NOT NULL)");
            statement.execute("CREATE TABLE orders (id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
                    + " item VARCHAR(40) NOT NULL, quantity INT NOT NULL, total_cents BIGINT NOT NULL)");
            statement.execute(ITEMS);
        }
        return new Store(connections, keeper);
    }

    /** What one piece costs; empty if there is no such item. */
    OptionalLong priceCents(String item) throws SQLException {
        try (Connection connection = connections.getConnection();
                PreparedStatement select = connection.prepareStatement("SELECT price_cents FROM item WHERE name = ?")) {
            select.setString(1, item);
            try (ResultSet found = select.executeQuery()) {
                return found.next() ? OptionalLong.of(found.getLong(1)) : OptionalLong.empty();
            }
        }
    }

    /** Takes the pieces from stock and notes the order, or does neither; empty if the stock is too small. */
    Optional<Order> place(String item, int quantity, long totalCents) throws SQLException {
        try (Connection connection = connections.getConnection()) {
            connection.setAutoCommit(false);
            try {
                Optional<Order> placed = takeFromStock(connection, item, quantity)
                        ? Optional.of(note(connection, item, quantity, totalCents))
                        : Optional.empty();
                connection.commit();
                return placed;
            } catch (SQLException failed) {
                connection.rollback();
                throw failed;
            }
        }
    }

    private static boolean takeFromStock(Connection connection, String item, int quantity) throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("UPDATE item SET stock = stock - ? WHERE name = ? AND stock >= ?")) {
            update.setInt(1, quantity);
            update.setString(2, item);
            update.setInt(3, quantity);
            return update.executeUpdate() == 1;
        }
    }

    private static Order note(Connection connection, String item, int quantity, long totalCents) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO orders (item, quantity, total_cents) VALUES (?, ?, ?)", Statement.RETURN_GENERATED_KEYS)) {
            insert.setString(1, item);
            insert.setInt(2, quantity);
            insert.setLong(3, totalCents);
            insert.executeUpdate();
            try (ResultSet keys = insert.getGeneratedKeys()) {
                keys.next();
                return new Order(keys.getLong(1), item, quantity, totalCents);
            }
        }
    }

    /** An order placed before; empty if there is none with this number. */
    Optional<Order> order(long id) throws SQLException {
        try (Connection connection = connections.getConnection();
                PreparedStatement select =
                        connection.prepareStatement("SELECT item, quantity, total_cents FROM orders WHERE id = ?")) {
            select.setLong(1, id);
            try (ResultSet found = select.executeQuery()) {
                return found.next()
                        ? Optional.of(new Order(id, found.getString(1), found.getInt(2), found.getLong(3)))
                        : Optional.empty();
            }
        }
    }

    /** Closes the database; what it held is gone. */
    @Override
    public void close() throws SQLException {
        connections.dispose();
        keeper.close();
    }
}
