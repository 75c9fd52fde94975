package io.sluice.runtime.signal;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.runtime.testkit.TestWaker;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the hook does; that the JVM runs it on SIGTERM is shown by the examples, in processes of their own. */
@Timeout(30)
class TerminationTest {

    @Test
    void end_whenAskedFor_isTold_andTheJvmIsHeldUntilClosed() throws Exception {
        Termination end = Termination.listen(Duration.ofMinutes(5));
        TestWaker waker = new TestWaker();
        assertThat(end.requested().poll(waker.context()).isPending()).isTrue();
        Thread hook = new Thread(end::onEnd);
        hook.start();

        assertThat(waker.awaitWoken(Duration.ofSeconds(20))).isTrue();
        assertThat(end.token().isCancelled()).isTrue();
        assertThat(hook.isAlive()).isTrue();
        end.close();
        end.close();
        hook.join();
    }

    @Test
    void end_thatTakesTooLong_letsTheJvmGo() throws Exception {
        Termination end = Termination.listen(Duration.ofMillis(10));
        Thread hook = new Thread(end::onEnd);
        hook.start();

        hook.join();
        end.close();
    }

    @Test
    void closed_withoutAnEnd_leavesNoHook() {
        Termination end = Termination.listen(Duration.ofSeconds(1));
        end.close();

        assertThat(end.token().isCancelled()).isFalse();
    }
}
