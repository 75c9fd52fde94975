package io.sluice.exporter.transport;

import io.grpc.netty.shaded.io.netty.buffer.ByteBufAllocator;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelConfig;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.DefaultChannelConfig;

/**
 * What may be configured of a stream of the driver. Two things may not, whoever asks, grpc for one: memory is the
 * heap's, and the socket's own options are the runtime's.
 */
final class DriverChannelConfig extends DefaultChannelConfig {

    DriverChannelConfig(Channel channel) {
        super(channel);
    }

    @Override
    public ByteBufAllocator getAllocator() {
        return HeapAllocator.INSTANCE;
    }

    /** Does nothing. */
    @Override
    public ChannelConfig setAllocator(ByteBufAllocator ignored) {
        return this;
    }

    /** Takes the socket's options without obeying them; a refusal would be logged as a warning. */
    @Override
    public <T> boolean setOption(ChannelOption<T> option, T value) {
        return ChannelOption.SO_KEEPALIVE.equals(option)
                || ChannelOption.TCP_NODELAY.equals(option)
                || super.setOption(option, value);
    }
}
