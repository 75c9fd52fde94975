package io.sluice.examples.redis;

import io.sluice.runtime.time.Clock;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Keys and values, some of them until a moment. A value that has expired is not found, and is thrown away by the next
 * {@link #sweep}. Any thread: nothing is awaited under a lock, so an ordinary concurrent map is enough.
 */
final class Store {

    /** @param expiresNanos on the clock; null for never */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares values
    private record Value(byte[] bytes, @Nullable Long expiresNanos) {}

    private final Clock clock;
    private final Map<ByteBuffer, Value> values = new ConcurrentHashMap<>();

    Store(Clock clock) {
        this.clock = clock;
    }

    void set(byte[] key, byte[] value, @Nullable Long lifeNanos) {
        values.put(ByteBuffer.wrap(key), new Value(value, lifeNanos == null ? null : clock.nanoTime() + lifeNanos));
    }

    byte @Nullable [] get(byte[] key) {
        Value value = values.get(ByteBuffer.wrap(key));
        return value == null || hasExpired(value) ? null : value.bytes();
    }

    boolean delete(byte[] key) {
        Value value = values.remove(ByteBuffer.wrap(key));
        return value != null && !hasExpired(value);
    }

    /** How long the key lives, in nanoseconds; null for ever, -1 if there is no such key. */
    @Nullable
    Long lifeNanos(byte[] key) {
        Value value = values.get(ByteBuffer.wrap(key));
        if (value == null || hasExpired(value)) {
            return -1L;
        }
        Long expires = value.expiresNanos();
        return expires == null ? null : expires - clock.nanoTime();
    }

    private boolean hasExpired(Value value) {
        Long expires = value.expiresNanos();
        return expires != null && clock.nanoTime() - expires >= 0;
    }

    /** Throws away what has expired. */
    void sweep() {
        values.values().removeIf(this::hasExpired);
    }

    /** Keys, with those that have expired and not been swept. */
    int size() {
        return values.size();
    }
}
