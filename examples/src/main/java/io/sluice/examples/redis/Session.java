package io.sluice.examples.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;
import io.sluice.runtime.codec.FramedRead;
import io.sluice.runtime.codec.FramedWrite;
import io.sluice.runtime.net.TcpStream;
import io.sluice.runtime.sync.Broadcast;
import io.sluice.runtime.sync.CancellationToken;
import io.sluice.runtime.sync.LaggedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One client. Commands are answered in their order, and however many came in one packet (pipelining), their answers
 * leave in one. A client who does not read his answers is not asked for further commands. Owner only.
 */
final class Session implements Future<Void> {

    private final Commands commands;
    private final Topics topics;
    private final FramedRead<Reply> in;
    private final FramedWrite<Reply> out;
    private final Future<Void> stopped;
    private final Map<String, Broadcast.Receiver<byte[]>> subscriptions = new LinkedHashMap<>();
    private boolean ended;

    Session(Commands commands, Topics topics, TcpStream stream, CancellationToken stop) {
        this.commands = commands;
        this.topics = topics;
        this.in = new FramedRead<>(stream, new Resp());
        this.out = new FramedWrite<>(stream, new Resp());
        this.stopped = stop.cancelled();
    }

    @Override
    public Poll<Void> poll(Context cx) throws Exception {
        ended |= stopped.poll(cx).isReady();
        pollCommands(cx);
        pollMessages(cx);
        boolean flushed = out.pollFlush(cx);
        if (ended && flushed) {
            cancel();
            return Poll.ready();
        }
        return Poll.pending();
    }

    private void pollCommands(Context cx) throws IOException {
        while (!ended && out.pollReady(cx)) {
            Poll<Reply> command = in.pollNext(cx);
            if (command.isPending()) {
                return;
            }
            ended = command.get() == null;
            if (!ended) {
                answer(words(command.get()));
            }
        }
    }

    private static List<byte[]> words(Reply command) throws IOException {
        List<byte[]> words = new ArrayList<>();
        if (command instanceof Reply.Many many) {
            for (Reply each : many.replies()) {
                if (each instanceof Reply.Bulk bulk && bulk.bytes() != null) {
                    words.add(bulk.bytes());
                }
            }
            if (words.size() == many.replies().size()) {
                return words;
            }
        }
        throw new IOException("a command is an array of bulk strings");
    }

    private void answer(List<byte[]> words) throws IOException {
        if (words.isEmpty()) {
            return;
        }
        String name = Commands.text(words.get(0)).toUpperCase(Locale.ROOT);
        List<byte[]> arguments = words.subList(1, words.size());
        switch (name) {
            case "QUIT" -> {
                out.put(Reply.OK);
                ended = true;
            }
            case "SUBSCRIBE" -> subscribe(arguments);
            case "UNSUBSCRIBE" -> unsubscribe(arguments);
            default ->
                out.put(
                        subscriptions.isEmpty() || name.equals("PING")
                                ? commands.run(name, arguments)
                                : new Reply.Failure(
                                        "ERR only (UN)SUBSCRIBE / PING / QUIT are allowed in this context"));
        }
    }

    private void subscribe(List<byte[]> names) throws IOException {
        if (names.isEmpty()) {
            out.put(Commands.wrongNumber("subscribe"));
        }
        for (byte[] name : names) {
            subscriptions.computeIfAbsent(Commands.text(name), topics::subscribe);
            out.put(event("subscribe", name, new Reply.Int(subscriptions.size())));
        }
    }

    /** From the named ones, or from all. */
    private void unsubscribe(List<byte[]> names) throws IOException {
        List<byte[]> left = names.isEmpty()
                ? subscriptions.keySet().stream()
                        .map(name -> name.getBytes(UTF_8))
                        .toList()
                : names;
        for (byte[] name : left) {
            Broadcast.Receiver<byte[]> receiver = subscriptions.remove(Commands.text(name));
            if (receiver != null) {
                topics.leave(Commands.text(name), receiver);
            }
            out.put(event("unsubscribe", name, new Reply.Int(subscriptions.size())));
        }
    }

    private void pollMessages(Context cx) throws Exception {
        for (Map.Entry<String, Broadcast.Receiver<byte[]>> each : subscriptions.entrySet()) {
            while (out.pollReady(cx)) {
                Poll<byte[]> message = poll(each.getValue(), cx);
                if (message.isPending()) {
                    break;
                }
                out.put(event("message", each.getKey().getBytes(UTF_8), new Reply.Bulk(message.get())));
            }
        }
    }

    private static Poll<byte[]> poll(Broadcast.Receiver<byte[]> receiver, Context cx) throws Exception {
        try {
            return receiver.pollRecv(cx);
        } catch (LaggedException e) {
            throw new IOException("the subscriber does not keep up", e);
        }
    }

    private static Reply event(String kind, byte[] topic, Reply third) {
        return new Reply.Many(List.of(Reply.bulk(kind), new Reply.Bulk(topic), third));
    }

    @Override
    public void cancel() {
        stopped.cancel();
        subscriptions.forEach(topics::leave);
        subscriptions.clear();
    }
}
