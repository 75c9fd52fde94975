package io.sluice.examples.redis;

import io.sluice.runtime.sync.Broadcast;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The channels that are subscribed to now: one broadcast for each. Any thread. */
final class Topics {

    /** A subscriber who is this far behind is cut off, as by Redis. */
    private static final int KEPT_MESSAGES = 1024;

    private final Map<String, Broadcast.Sender<byte[]>> topics = new ConcurrentHashMap<>();

    Broadcast.Receiver<byte[]> subscribe(String topic) {
        // Under the map's lock for this topic, so that the last to leave does not take it away in between.
        Broadcast.Receiver<?>[] subscribed = new Broadcast.Receiver<?>[1];
        topics.compute(topic, (name, sender) -> {
            if (sender != null) {
                subscribed[0] = sender.subscribe();
                return sender;
            }
            Broadcast.Channel<byte[]> channel = Broadcast.channel(KEPT_MESSAGES);
            subscribed[0] = channel.receiver();
            return channel.sender();
        });
        @SuppressWarnings("unchecked")
        Broadcast.Receiver<byte[]> receiver = (Broadcast.Receiver<byte[]>) subscribed[0];
        return receiver;
    }

    /** How many subscribers will get it. */
    int publish(String topic, byte[] payload) {
        Broadcast.Sender<byte[]> sender = topics.get(topic);
        return sender == null ? 0 : sender.send(payload);
    }

    void leave(String topic, Broadcast.Receiver<byte[]> receiver) {
        receiver.close();
        topics.computeIfPresent(topic, (name, sender) -> sender.receivers() == 0 ? null : sender);
    }

    int size() {
        return topics.size();
    }
}
