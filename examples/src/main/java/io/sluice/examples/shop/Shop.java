package io.sluice.examples.shop;

import java.io.IOException;
import java.sql.SQLException;

/**
 * The shop's main: {@code Shop [--port=8080]}.
 *
 * <p>Port 0 takes a free one; the first line on standard output says which. SIGTERM and Ctrl-C end it gracefully: requests
 * that have begun are answered, for at most {@link ShopServer#STOP_LIMIT_MILLIS}.
 */
public final class Shop {

    private static final String PORT_OPTION = "--port=";
    private static final int DEFAULT_PORT = 8080;

    private Shop() {}

    /** Starts the shop and returns; the server's own thread keeps the JVM alive. */
    public static void main(String[] arguments) throws IOException, SQLException {
        int port;
        try {
            port = port(arguments);
        } catch (IllegalArgumentException wrong) {
            System.err.println(wrong.getMessage());
            System.exit(2);
            return;
        }
        ShopServer server = ShopServer.start(port, Store.open("shop"));
        Runtime.getRuntime().addShutdownHook(new Thread(server::close, "shop-stop"));
        System.out.println("shop listens on " + server.uri());
    }

    /**
     * The port asked for.
     *
     * @throws IllegalArgumentException if an argument is not {@code --port=} with 0 to 65535
     */
    static int port(String... arguments) {
        int port = DEFAULT_PORT;
        for (String argument : arguments) {
            if (!argument.matches(PORT_OPTION + "\\d{1,5}")) {
                throw new IllegalArgumentException(
                        "shop: unknown argument " + argument + "; usage: Shop [--port=8080]");
            }
            port = Integer.parseInt(argument.substring(PORT_OPTION.length()));
        }
        if (port > 65_535) {
            throw new IllegalArgumentException("shop: --port=" + port + " is not between 0 and 65535");
        }
        return port;
    }
}
