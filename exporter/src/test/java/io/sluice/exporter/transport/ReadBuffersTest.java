package io.sluice.exporter.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.UnpooledByteBufAllocator;
import org.junit.jupiter.api.Test;

class ReadBuffersTest {

    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false, true);
    private final ReadBuffers buffers = new ReadBuffers();

    @Test
    void buffer_thatNobodyHolds_isUsedAgain_empty() {
        for (int bytes : new int[] {16 << 10, 32 << 10, 64 << 10}) {
            ByteBuf first = buffers.take(allocator, bytes);
            first.writeLong(1);
            buffers.giveBack(first);

            ByteBuf second = buffers.take(allocator, bytes);
            assertThat(second).isSameAs(first);
            assertThat(second.readableBytes()).isZero();
            assertThat(second.writableBytes()).isEqualTo(bytes);
            assertThat(second.refCnt()).isEqualTo(1);
            buffers.giveBack(second);
        }
    }

    @Test
    void buffer_thatSomebodyHolds_isHis() {
        ByteBuf held = buffers.take(allocator, 64 << 10);
        held.writeLong(1);
        held.retain();
        buffers.giveBack(held);

        ByteBuf next = buffers.take(allocator, 64 << 10);
        assertThat(next).isNotSameAs(held);
        assertThat(held.refCnt()).isEqualTo(1);
        assertThat(held.readLong()).isEqualTo(1);
        held.release();
        buffers.giveBack(next);
        buffers.release();
        assertThat(allocator.metric().usedHeapMemory()).isZero();
    }

    @Test
    void buffers_ofOtherSizes_andSecondOnes_areNotKept() {
        for (int bytes : new int[] {512, 8 << 10, 48 << 10, 128 << 10}) {
            buffers.giveBack(buffers.take(allocator, bytes));
        }
        assertThat(allocator.metric().usedHeapMemory()).isZero();
        ByteBuf first = buffers.take(allocator, 32 << 10);
        ByteBuf second = buffers.take(allocator, 32 << 10);
        buffers.giveBack(first);
        buffers.giveBack(second);
        assertThat(allocator.metric().usedHeapMemory()).isEqualTo(32 << 10);
        buffers.release();
        assertThat(allocator.metric().usedHeapMemory()).isZero();
    }
}
