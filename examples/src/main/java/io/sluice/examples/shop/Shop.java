package io.sluice.examples.shop;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.sql.SQLException;

/**
 * The shop's main: {@code Shop [--port=8080] [--host=127.0.0.1]}.
 *
 * <p>Port 0 takes a free one; the first line on standard output says which. SIGTERM and Ctrl-C end it gracefully: requests
 * that have begun are answered, for at most {@link ShopServer#STOP_LIMIT_MILLIS}.
 */
public final class Shop {

    private static final int DEFAULT_PORT = 8080;
    private static final String USAGE = "usage: Shop [--port=8080] [--host=127.0.0.1]";

    private Shop() {}

    /** Starts the shop and returns; the server's own thread keeps the JVM alive. */
    public static void main(String[] arguments) throws IOException, SQLException {
        InetSocketAddress address;
        try {
            address = address(arguments);
        } catch (IllegalArgumentException wrong) {
            System.err.println("shop: " + wrong.getMessage() + "\n" + USAGE);
            System.exit(2);
            return;
        }
        ShopServer server = ShopServer.start(address, Store.open("shop"));
        Runtime.getRuntime().addShutdownHook(new Thread(server::close, "shop-stop"));
        System.out.println("shop listens on " + server.uri());
    }

    /**
     * Where to listen.
     *
     * @throws IllegalArgumentException if an argument is unknown or the port is not between 0 and 65535
     */
    static InetSocketAddress address(String... arguments) {
        int port = DEFAULT_PORT;
        String host = "127.0.0.1";
        for (String argument : arguments) {
            String value = argument.substring(argument.indexOf('=') + 1);
            if (argument.startsWith("--host=")) {
                host = value;
            } else if (argument.matches("--port=\\d{1,5}") && Integer.parseInt(value) <= 65_535) {
                port = Integer.parseInt(value);
            } else {
                throw new IllegalArgumentException("not understood: " + argument);
            }
        }
        return new InetSocketAddress(host, port);
    }
}
