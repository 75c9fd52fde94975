package io.sluice.examples.redis;

import io.sluice.runtime.AsyncRuntime;
import io.sluice.runtime.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The asynchronous client for code that knows no futures: {@code ./sluice example blocking-client PORT}.
 *
 * <p>It has a runtime of its own that lives on the caller's thread, so it starts no thread; each call drives it until the
 * answer is there. One thread at a time.
 */
public final class BlockingRedisClient implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final AsyncRuntime runtime;
    private final RedisClient client;

    private BlockingRedisClient(AsyncRuntime runtime, RedisClient client) {
        this.runtime = runtime;
        this.client = client;
    }

    public static BlockingRedisClient connect(InetSocketAddress server) throws Exception {
        AsyncRuntime runtime = AsyncRuntime.builder().currentThread().build();
        BlockingRedisClient connected = null;
        try {
            Future<RedisClient> connecting =
                    runtime.handle().timeout(LIMIT, RedisClient.connect(runtime.handle(), server));
            connected = new BlockingRedisClient(runtime, runtime.blockOn(connecting));
            return connected;
        } finally {
            if (connected == null) {
                runtime.close();
            }
        }
    }

    /** The value, or null if there is none. */
    public @Nullable String get(String key) throws Exception {
        return await(client.get(key)).text();
    }

    public void set(String key, String value) throws Exception {
        await(client.set(key, value));
    }

    /** {@link #set(String, String)} for a time. */
    public void set(String key, String value, Duration life) throws Exception {
        await(client.set(key, value, life));
    }

    private <T> T await(Future<T> call) throws Exception {
        return runtime.blockOn(runtime.handle().timeout(LIMIT, call));
    }

    @Override
    public void close() {
        client.close();
        runtime.close();
    }

    public static void main(String[] arguments) throws Exception {
        InetSocketAddress server =
                new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[0]));
        try (BlockingRedisClient redis = connect(server)) {
            redis.set("greeting", "hello");
            System.out.println("greeting = " + redis.get("greeting"));
            System.out.println("nothing = " + redis.get("nothing"));
        }
    }
}
