package io.sluice.exporter.transport;

import io.grpc.netty.shaded.io.netty.buffer.UnpooledByteBufAllocator;
import io.grpc.netty.shaded.io.netty.channel.ChannelConfig;

/**
 * Netty's buffers as plain arrays that the collector takes back.
 *
 * <p>Pooled direct arenas would begin at several megabytes in somebody else's JVM, and bodies could not be handed out
 * as arrays that outlive their buffer. Nothing here is tracked by Netty's leak detector; a test watches the allocator's
 * own count of bytes in use instead, which is exact.
 */
final class HeapAllocator {

    static final UnpooledByteBufAllocator INSTANCE = new UnpooledByteBufAllocator(false, true);

    private HeapAllocator() {}

    static void install(ChannelConfig config) {
        config.setAllocator(INSTANCE);
    }
}
