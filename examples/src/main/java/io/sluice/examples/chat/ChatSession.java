package io.sluice.examples.chat;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;
import io.sluice.runtime.codec.FramedRead;
import io.sluice.runtime.codec.FramedWrite;
import io.sluice.runtime.codec.LineCodec;
import io.sluice.runtime.net.TcpStream;
import io.sluice.runtime.sync.Broadcast;
import io.sluice.runtime.sync.CancellationToken;
import io.sluice.runtime.sync.LaggedException;
import java.io.IOException;

/**
 * One guest, as one task that looks at three things in each poll: what he says, what the others say, and whether what he
 * is sent has left. Owner only.
 *
 * <p>A guest who does not read is sent no more: his place in the room falls behind, the others notice nothing, and when
 * he reads again he is told how much he missed.
 */
final class ChatSession implements Future<Void> {

    private static final int LONGEST_LINE_BYTES = 1024;
    private static final int LONGEST_MESSAGE_BYTES = 2 * LONGEST_LINE_BYTES;

    private final long guest;
    private final Broadcast.Sender<Message> room;
    private final Broadcast.Receiver<Message> heard;
    private final FramedRead<String> in;
    private final FramedWrite<String> out;
    private final Future<Void> stopped;
    private boolean gone;

    ChatSession(long guest, TcpStream stream, Broadcast.Sender<Message> room, CancellationToken stop) {
        this.guest = guest;
        this.room = room;
        this.heard = room.subscribe();
        this.in = new FramedRead<>(stream, new LineCodec(LONGEST_LINE_BYTES));
        this.out = new FramedWrite<>(stream, new LineCodec(LONGEST_MESSAGE_BYTES));
        this.stopped = stop.cancelled();
        room.send(new Message(guest, "(came)"));
    }

    @Override
    public Poll<Void> poll(Context cx) throws Exception {
        if (!gone && (stopped.poll(cx).isReady() || pollSays(cx))) {
            gone = true;
            room.send(new Message(guest, "(left)"));
        }
        pollHears(cx);
        boolean flushed = out.pollFlush(cx);
        if (gone && flushed) {
            cancel();
            return Poll.ready();
        }
        return Poll.pending();
    }

    /** Passes on what the guest says; true when he has left. */
    private boolean pollSays(Context cx) throws IOException {
        while (true) {
            Poll<String> line = in.pollNext(cx);
            if (line.isPending()) {
                return false;
            }
            if (line.get() == null || line.get().equals("/quit")) {
                return true;
            }
            room.send(new Message(guest, line.get()));
        }
    }

    private void pollHears(Context cx) throws Exception {
        while (out.pollReady(cx)) {
            try {
                Poll<Message> message = heard.pollRecv(cx);
                if (message.isPending()) {
                    return;
                }
                if (message.get().guest() != guest) {
                    out.put("guest " + message.get().guest() + ": "
                            + message.get().text());
                }
            } catch (LaggedException e) {
                out.put("(you missed " + e.missed() + " messages)");
            }
        }
    }

    @Override
    public void cancel() {
        stopped.cancel();
        heard.close();
    }
}
