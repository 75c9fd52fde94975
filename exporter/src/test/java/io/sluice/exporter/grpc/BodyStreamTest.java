package io.sluice.exporter.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.exporter.Compression;
import io.sluice.exporter.Payload;
import io.sluice.exporter.Signal;
import io.sluice.exporter.transport.BodyMaking;
import io.sluice.exporter.transport.RequestBody;
import io.sluice.runtime.testkit.StepRuntime;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BodyStreamTest {

    private final AtomicInteger givenBack = new AtomicInteger();
    private final Payload payload = new Payload(
            Signal.TRACES,
            1,
            new ByteBuffer[] {
                ByteBuffer.wrap(new byte[] {9, 1, 2, 9}, 1, 2),
                ByteBuffer.wrap(new byte[] {3}).asReadOnlyBuffer(),
                ByteBuffer.allocateDirect(1).put((byte) 4).flip()
            },
            givenBack::incrementAndGet);

    private BodyStream stream() throws Exception {
        try (StepRuntime runtime = new StepRuntime()) {
            var body = runtime.runtime()
                    .blockOn(new BodyMaking(runtime.handle(), payload, Compression.NONE, new RequestBody.Pool(1)));
            return new BodyStream(body.orElseThrow());
        }
    }

    @Test
    void drain_copiesAll_andGivesBackOnce_whenTheOwnerHasClosedToo() throws Exception {
        BodyStream stream = stream();
        ByteArrayOutputStream copy = new ByteArrayOutputStream();
        assertThat(stream.available()).isEqualTo(4);
        payload.close();
        assertThat(givenBack).hasValue(0);

        assertThat(stream.drainTo(copy)).isEqualTo(4);

        assertThat(copy.toByteArray()).containsExactly(1, 2, 3, 4);
        assertThat(givenBack).hasValue(1);
        stream.end();
        assertThatThrownBy(() -> stream.drainTo(copy)).isInstanceOf(IllegalStateException.class);
        assertThat(copy.size()).isEqualTo(4);
        assertThat(givenBack).hasValue(1);
    }

    @Test
    void end_beforeTheCopy_givesBack_andNothingIsCopiedAfterwards() throws Exception {
        BodyStream stream = stream();
        payload.close();
        stream.end();
        stream.end();
        assertThat(givenBack).hasValue(1);
        assertThat(stream.available()).isZero();
        assertThat(stream.drainTo(OutputStream.nullOutputStream())).isZero();
        assertThat(givenBack).hasValue(1);
    }

    @Test
    void end_duringTheCopy_leavesTheMemoryUntilItIsOver() throws Exception {
        BodyStream stream = stream();
        payload.close();
        ByteArrayOutputStream copy = new ByteArrayOutputStream() {
            @Override
            public synchronized void write(byte[] bytes, int offset, int length) {
                stream.end();
                assertThat(givenBack).hasValue(0);
                super.write(bytes, offset, length);
            }
        };
        assertThat(stream.drainTo(copy)).isEqualTo(4);
        assertThat(copy.toByteArray()).containsExactly(1, 2, 3, 4);
        assertThat(givenBack).hasValue(1);
    }

    @Test
    void copy_thatFails_givesBack() throws Exception {
        BodyStream stream = stream();
        payload.close();
        OutputStream broken = new OutputStream() {
            @Override
            public void write(int one) throws IOException {
                throw new IOException("no room");
            }
        };
        assertThatThrownBy(() -> stream.drainTo(broken)).isInstanceOf(IOException.class);
        assertThat(givenBack).hasValue(1);
    }
}
