package io.sluice.examples.chat;

import io.sluice.examples.support.TcpServer;
import io.sluice.runtime.Future;
import io.sluice.runtime.net.TcpStream;
import io.sluice.runtime.sync.Broadcast;
import io.sluice.runtime.sync.CancellationToken;
import java.util.concurrent.atomic.AtomicLong;

/** Everybody reads what everybody says: {@code ./sluice example chat [PORT]}, then {@code nc 127.0.0.1 PORT}, twice. */
public final class Chat implements TcpServer.Service {

    /** A guest who is this far behind is told how much he missed. */
    private static final int KEPT_MESSAGES = 256;

    private final Broadcast.Sender<Message> room;
    private final AtomicLong guests = new AtomicLong();

    public Chat() {
        Broadcast.Channel<Message> channel = Broadcast.channel(KEPT_MESSAGES);
        channel.receiver().close(); // each guest has one of his own
        room = channel.sender();
    }

    @Override
    public Future<Void> serve(TcpStream stream, CancellationToken stop) {
        return new ChatSession(guests.incrementAndGet(), stream, room, stop);
    }

    public static void main(String[] arguments) throws Exception {
        TcpServer.main("chat", arguments, handle -> new Chat());
    }
}
