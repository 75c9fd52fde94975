package io.sluice.examples.patterns;

import io.sluice.examples.redis.RedisClient;
import io.sluice.examples.redis.Reply;
import io.sluice.runtime.AsyncRuntime;
import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Futures;
import io.sluice.runtime.Handle;
import io.sluice.runtime.Poll;
import io.sluice.runtime.TaskOptions;
import io.sluice.runtime.select.Join;
import io.sluice.runtime.sync.Mpsc;
import io.sluice.runtime.sync.Oneshot;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One connection for many tasks: {@code ./sluice example command-manager PORT}, with the port of a Redis server. A task
 * owns the connection; the others send it commands with a oneshot for the answer, and wait for that. A command whose
 * sender has gone is not sent any more.
 */
public final class CommandManager implements AutoCloseable {

    private record Command(List<String> words, Oneshot.Sender<Reply> answer) {}

    private final Mpsc.Sender<Command> commands;

    private CommandManager(Mpsc.Sender<Command> commands) {
        this.commands = commands;
    }

    /** Takes {@code client} over. */
    public static CommandManager start(Handle handle, RedisClient client) {
        Mpsc.Channel<Command> channel = Mpsc.bounded(64);
        handle.spawn(TaskOptions.named("redis-connection"), new Connection(client, channel.receiver()))
                .detach();
        return new CommandManager(channel.sender());
    }

    /** The answer; fails with {@link io.sluice.runtime.sync.ClosedException} if the connection is gone. Any thread. */
    public Future<Reply> call(String... words) {
        Oneshot.Channel<Reply> answer = Oneshot.channel();
        return Futures.andThen(
                commands.sendAsync(new Command(List.of(words), answer.sender())), sent -> answer.receiver());
    }

    /** What was sent is answered; then the connection is closed. */
    @Override
    public void close() {
        commands.close();
    }

    /** The task. Owner only. */
    private static final class Connection implements Future<Void> {

        private final RedisClient client;
        private final Mpsc.Receiver<Command> commands;
        private @Nullable Command current;
        private @Nullable Future<Reply> call;

        Connection(RedisClient client, Mpsc.Receiver<Command> commands) {
            this.client = client;
            this.commands = commands;
        }

        @Override
        public Poll<Void> poll(Context cx) throws Exception {
            while (true) {
                if (current == null || call == null) {
                    Poll<Command> next = commands.pollRecv(cx);
                    if (next.isPending()) {
                        return Poll.pending();
                    }
                    current = next.get();
                    if (current == null) {
                        client.close();
                        return Poll.ready();
                    }
                    call = current.answer().isClosed()
                            ? null
                            : client.call(current.words().toArray(String[]::new));
                    continue;
                }
                Poll<Reply> reply = call.poll(cx);
                if (reply.isPending()) {
                    return Poll.pending();
                }
                current.answer().send(reply.get());
                call = null;
            }
        }

        @Override
        public void cancel() {
            if (call != null) {
                call.cancel();
            }
            if (current != null) {
                current.answer().close();
            }
            commands.close();
            for (Command left = commands.tryRecv(); left != null; left = commands.tryRecv()) {
                left.answer().close();
            }
            client.close();
        }
    }

    public static void main(String[] arguments) throws Exception {
        InetSocketAddress server =
                new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[0]));
        try (AsyncRuntime runtime = AsyncRuntime.builder().build()) {
            Handle handle = runtime.handle();
            try (CommandManager redis = start(handle, runtime.blockOn(RedisClient.connect(handle, server)))) {
                List<Future<Reply>> calls = new ArrayList<>();
                for (int i = 0; i < 100; i++) {
                    calls.add(handle.spawn(redis.call("SET", "key" + i, "value" + i)));
                }
                System.out.println(runtime.blockOn(Join.all(calls)).size() + " tasks set a key over one connection");
            }
        }
    }
}
