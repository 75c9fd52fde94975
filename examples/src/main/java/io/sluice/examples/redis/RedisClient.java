package io.sluice.examples.redis;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Futures;
import io.sluice.runtime.Handle;
import io.sluice.runtime.Poll;
import io.sluice.runtime.codec.FramedRead;
import io.sluice.runtime.codec.FramedWrite;
import io.sluice.runtime.net.TcpStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * A connection to a Redis server, for one task at a time and one call at a time. A call that is cancelled leaves its
 * answer on the way: close the client then.
 */
public final class RedisClient implements AutoCloseable {

    private final TcpStream stream;
    private final FramedRead<Reply> in;
    private final FramedWrite<Reply> out;

    private RedisClient(TcpStream stream) {
        this.stream = stream;
        this.in = new FramedRead<>(stream, new Resp());
        this.out = new FramedWrite<>(stream, new Resp());
    }

    public static Future<RedisClient> connect(Handle handle, InetSocketAddress server) {
        return Futures.map(TcpStream.connect(handle, server), RedisClient::new);
    }

    /** The answer to a command, which may be a {@link Reply.Failure}. */
    public Future<Reply> call(String... words) {
        List<Reply> bulks = Arrays.stream(words).<Reply>map(Reply::bulk).toList();
        return Futures.andThen(out.send(new Reply.Many(bulks)), sent -> this::pollReply);
    }

    private Poll<Reply> pollReply(Context cx) throws IOException {
        Poll<Reply> reply = in.pollNext(cx);
        if (reply.isReady() && reply.get() == null) {
            throw new EOFException("the server has closed the connection");
        }
        return reply;
    }

    /** The value of a key; a {@link Reply.Bulk} of nothing if there is none. */
    public Future<Reply.Bulk> get(String key) {
        return Futures.map(call("GET", key), reply -> as(Reply.Bulk.class, reply));
    }

    public Future<Reply> set(String key, String value) {
        return Futures.map(call("SET", key, value), reply -> as(Reply.Simple.class, reply));
    }

    /** {@link #set(String, String)} for a time. */
    public Future<Reply> set(String key, String value, Duration life) {
        String millis = Long.toString(life.toMillis());
        return Futures.map(call("SET", key, value, "PX", millis), reply -> as(Reply.Simple.class, reply));
    }

    private static <R extends Reply> R as(Class<R> kind, Reply reply) throws IOException {
        if (kind.isInstance(reply)) {
            return kind.cast(reply);
        }
        throw new IOException(reply instanceof Reply.Failure failure ? failure.text() : "not expected: " + reply);
    }

    @Override
    public void close() {
        stream.close();
    }
}
