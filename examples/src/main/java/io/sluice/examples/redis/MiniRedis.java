package io.sluice.examples.redis;

import io.sluice.examples.support.TcpServer;
import io.sluice.runtime.Future;
import io.sluice.runtime.Handle;
import io.sluice.runtime.net.TcpStream;
import io.sluice.runtime.stream.Streams;
import io.sluice.runtime.sync.CancellationToken;
import io.sluice.runtime.time.MissedTick;
import java.time.Duration;

/**
 * GET, SET with expiry, DEL, EXISTS, TTL, PING, PUBLISH and SUBSCRIBE: {@code ./sluice example redis [PORT]}, then
 * {@code redis-cli -p PORT} or {@code redis-benchmark -p PORT -t set,get -P 16}.
 */
public final class MiniRedis implements TcpServer.Service {

    private static final Duration SWEEP_EVERY = Duration.ofSeconds(1);

    private final Store store;
    private final Topics topics = new Topics();
    private final Commands commands;

    private MiniRedis(Store store) {
        this.store = store;
        this.commands = new Commands(store, topics);
    }

    /** Starts the task that throws away what has expired, which ends with the runtime. */
    public static MiniRedis start(Handle handle) {
        MiniRedis redis = new MiniRedis(new Store(handle.timeDriver().clock()));
        handle.spawn(Streams.of(handle.interval(SWEEP_EVERY, MissedTick.SKIP)).forEach(tick -> redis.store.sweep()))
                .detach();
        return redis;
    }

    @Override
    public Future<Void> serve(TcpStream stream, CancellationToken stop) {
        return new Session(commands, topics, stream, stop);
    }

    /** Keys that take memory now. */
    int keys() {
        return store.size();
    }

    /** Channels that somebody is subscribed to. */
    int topics() {
        return topics.size();
    }

    public static void main(String[] arguments) throws Exception {
        TcpServer.main("redis", arguments, MiniRedis::start);
    }
}
