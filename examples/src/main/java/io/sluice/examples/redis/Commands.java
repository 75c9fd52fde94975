package io.sluice.examples.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** What a command does to the store, and its answer. Subscriptions belong to a session, not here. Any thread. */
final class Commands {

    private final Store store;
    private final Topics topics;

    Commands(Store store, Topics topics) {
        this.store = store;
        this.topics = topics;
    }

    Reply run(String name, List<byte[]> arguments) throws IOException {
        int count = arguments.size();
        return switch (name) {
            case "PING" -> count == 0 ? new Reply.Simple("PONG") : new Reply.Bulk(arguments.get(0));
            case "ECHO" -> count == 1 ? new Reply.Bulk(arguments.get(0)) : wrongNumber(name);
            case "GET" -> count == 1 ? new Reply.Bulk(store.get(arguments.get(0))) : wrongNumber(name);
            case "SET" -> count >= 2 ? set(arguments) : wrongNumber(name);
            case "DEL" -> new Reply.Int(arguments.stream().filter(store::delete).count());
            case "EXISTS" ->
                new Reply.Int(
                        arguments.stream().filter(key -> store.get(key) != null).count());
            case "PTTL" -> count == 1 ? life(arguments.get(0), TimeUnit.MILLISECONDS) : wrongNumber(name);
            case "TTL" -> count == 1 ? life(arguments.get(0), TimeUnit.SECONDS) : wrongNumber(name);
            case "DBSIZE" -> new Reply.Int(store.size());
            case "PUBLISH" ->
                count == 2
                        ? new Reply.Int(topics.publish(text(arguments.get(0)), arguments.get(1)))
                        : wrongNumber(name);
            default -> new Reply.Failure("ERR unknown command '" + name.toLowerCase(Locale.ROOT) + "'");
        };
    }

    /** {@code SET key value [EX seconds | PX milliseconds]}. */
    private Reply set(List<byte[]> arguments) throws IOException {
        Long lifeNanos = null;
        if (arguments.size() == 4) {
            String unit = text(arguments.get(2)).toUpperCase(Locale.ROOT);
            long life = Resp.number(text(arguments.get(3)));
            if (life <= 0) {
                return new Reply.Failure("ERR invalid expire time in 'set' command");
            }
            if (!unit.equals("EX") && !unit.equals("PX")) {
                return new Reply.Failure("ERR syntax error");
            }
            lifeNanos = (unit.equals("EX") ? TimeUnit.SECONDS : TimeUnit.MILLISECONDS).toNanos(life);
        } else if (arguments.size() != 2) {
            return new Reply.Failure("ERR syntax error");
        }
        store.set(arguments.get(0), arguments.get(1), lifeNanos);
        return Reply.OK;
    }

    /** -1 for ever, -2 if there is no such key; rounded up, so that a key that lives never has none. */
    private Reply life(byte[] key, TimeUnit unit) {
        Long nanos = store.lifeNanos(key);
        if (nanos == null) {
            return new Reply.Int(-1);
        }
        long oneNanos = unit.toNanos(1);
        return new Reply.Int(nanos < 0 ? -2 : (nanos + oneNanos - 1) / oneNanos);
    }

    static Reply wrongNumber(String name) {
        return new Reply.Failure("ERR wrong number of arguments for '" + name.toLowerCase(Locale.ROOT) + "' command");
    }

    static String text(byte[] bytes) {
        return new String(bytes, UTF_8);
    }
}
