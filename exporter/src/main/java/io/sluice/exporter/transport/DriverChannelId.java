package io.sluice.exporter.transport;

import io.grpc.netty.shaded.io.netty.channel.ChannelId;
import java.util.concurrent.atomic.AtomicLong;

/** A number. Netty's own identity asks the machine for its network interfaces and the process for its id first. */
record DriverChannelId(long number) implements ChannelId {

    private static final long serialVersionUID = 1L;

    private static final AtomicLong NEXT = new AtomicLong();

    static DriverChannelId next() {
        return new DriverChannelId(NEXT.incrementAndGet());
    }

    @Override
    public String asShortText() {
        return Long.toString(number);
    }

    @Override
    public String asLongText() {
        return asShortText();
    }

    @Override
    public int compareTo(ChannelId other) {
        return other instanceof DriverChannelId id
                ? Long.compare(number, id.number)
                : asLongText().compareTo(other.asLongText());
    }
}
