package io.sluice.exporter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PayloadTest {

    private final AtomicInteger givenBack = new AtomicInteger();
    private final Payload payload =
            new Payload(Signal.TRACES, 2, new ByteBuffer[] {ByteBuffer.allocate(10)}, givenBack::incrementAndGet);

    @Test
    void close_unheld_givesTheMemoryBack() {
        payload.close();
        assertThat(givenBack).hasValue(1);
        assertThatIllegalStateException().isThrownBy(payload::hold).withMessage("the payload is closed");
    }

    @Test
    void close_held_givesTheMemoryBack_whenTheLastHolderLetsGo() {
        Runnable first = payload.hold();
        Runnable second = payload.hold();
        first.run();
        payload.close();
        assertThat(givenBack).hasValue(0);
        second.run();
        assertThat(givenBack).hasValue(1);
    }

    @Test
    void hold_onAPart_isOnTheWhole() {
        Payload part = payload.part(1, new ByteBuffer[] {ByteBuffer.allocate(4)});
        Runnable hold = part.hold();
        part.close();
        payload.close();
        assertThat(givenBack).hasValue(0);
        hold.run();
        assertThat(givenBack).hasValue(1);
        assertThatIllegalStateException().isThrownBy(part::hold);
    }

    @Test
    void part_ofAPart_belongsToTheWhole() {
        Payload inner = payload.part(1, new ByteBuffer[] {ByteBuffer.allocate(4)})
                .part(1, new ByteBuffer[] {ByteBuffer.allocate(2)});
        Runnable hold = inner.hold();
        payload.close();
        assertThat(inner.bytes()).isEqualTo(2);
        assertThat(givenBack).hasValue(0);
        hold.run();
        assertThat(givenBack).hasValue(1);
    }
}
