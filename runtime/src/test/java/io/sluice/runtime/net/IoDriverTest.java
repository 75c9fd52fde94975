package io.sluice.runtime.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.runtime.testkit.TestWaker;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The driver turned by hand over a pipe: the test's thread holds it. */
@Timeout(20)
class IoDriverTest {

    private static final Duration SOON = Duration.ofSeconds(10);
    private static final long SOON_NANOS = SOON.toNanos();

    private final IoDriver driver = IoDriver.open();
    private final TestWaker waker = new TestWaker();
    private Pipe pipe;
    private Registration registration;

    @BeforeEach
    void register() throws IOException {
        pipe = Pipe.open();
        registration = Registration.ofStream(driver, pipe.source());
    }

    @AfterEach
    void close() throws IOException {
        Channels.close(pipe.source(), registration);
        pipe.sink().close();
        driver.shutdown();
    }

    @Test
    void poll_ofAFreshChannel_believesItReadyAndWatchesNothing() {
        assertThat(registration.poll(waker.context(), Readiness.READ)).isNotEqualTo(Registration.NOT_READY);
        assertThat(registration.interest()).isZero();
    }

    @Test
    void poll_wakesTheReader_whenBytesArrive() throws Exception {
        awaitReadable();
        assertThat(registration.interest()).isEqualTo(SelectionKey.OP_READ);
        assertThat(driver.poll(0)).isZero();
        assertThat(waker.isWoken()).isFalse();

        send();

        assertThat(driver.poll(SOON_NANOS)).isEqualTo(1);
        assertThat(waker.wakes()).isEqualTo(1);
        assertThat(registration.poll(waker.context(), Readiness.READ)).isNotEqualTo(Registration.NOT_READY);
    }

    @Test
    void poll_wakesOnlyTheLastOneToAsk() throws Exception {
        TestWaker first = new TestWaker();
        clearReadable();
        registration.poll(first.context(), Readiness.READ);
        registration.poll(waker.context(), Readiness.READ);

        send();
        driver.poll(SOON_NANOS);

        assertThat(first.isWoken()).isFalse();
        assertThat(waker.isWoken()).isTrue();
    }

    @Test
    void poll_armsOnce_whileEachEventIsUsed() throws Exception {
        for (int round = 0; round < 10; round++) {
            awaitReadable();
            send();
            driver.poll(SOON_NANOS);
            assertThat(waker.wakes()).isEqualTo(round + 1);
            pipe.source().read(ByteBuffer.allocate(1));
        }
        assertThat(registration.interest()).isEqualTo(SelectionKey.OP_READ);
    }

    @Test
    void poll_disarms_onceEventsAreIgnored_andArmsAgainOnDemand() throws Exception {
        awaitReadable();
        send();
        // The first event serves the waiter; each of the next finds the one before it unused.
        assertThat(driver.poll(0)).isEqualTo(1);
        for (int redundant = 1; redundant <= 3; redundant++) {
            assertThat(registration.interest()).isEqualTo(SelectionKey.OP_READ);
            assertThat(driver.poll(0)).isEqualTo(1);
        }
        assertThat(registration.interest()).isZero();
        assertThat(driver.poll(0)).isZero();
        assertThat(waker.wakes()).isEqualTo(1);

        awaitReadable();
        assertThat(driver.poll(SOON_NANOS)).isEqualTo(1);
        assertThat(waker.wakes()).isEqualTo(2);
    }

    @Test
    void poll_withoutATimeout_endsOnceAnotherThreadArmsAReadyChannel() throws Exception {
        send();
        Thread reader = new Thread(this::awaitReadable, "reader");
        Polling polling = new Polling(driver);
        polling.start();

        reader.start();

        assertThat(waker.awaitWoken(SOON)).isTrue();
        reader.join();
        polling.stop();
    }

    @Test
    void wakeup_beforePoll_makesItNotWait() {
        driver.wakeup();
        driver.wakeup();

        assertThat(driver.poll(-1)).isZero();
        // And it is spent: the next turn waits its time out.
        assertThat(driver.poll(1)).isZero();
    }

    @Test
    void wakeup_duringPoll_endsIt() throws Exception {
        for (int round = 0; round < 100; round++) {
            CountDownLatch returned = new CountDownLatch(1);
            Thread holder = new Thread(
                    () -> {
                        driver.poll(-1);
                        returned.countDown();
                    },
                    "holder");
            holder.start();
            driver.wakeup();
            assertThat(returned.await(10, TimeUnit.SECONDS)).isTrue();
            holder.join();
        }
    }

    @Test
    void close_wakesWhoWaits_andTheNextPollLeavesNothingBehind() throws Exception {
        awaitReadable();
        assertThat(driver.registrations()).isEqualTo(1);

        Channels.close(pipe.source(), registration);
        Channels.close(pipe.source(), registration);

        assertThat(waker.wakes()).isEqualTo(1);
        assertThat(driver.registrations()).isZero();
        assertThatThrownBy(registration::ensureOpen).isInstanceOf(ClosedChannelException.class);
        driver.poll(0);
        assertThat(driver.keys()).isZero();
    }

    @Test
    void close_whileAnotherThreadWaits_givesTheDescriptorBack() throws Exception {
        awaitReadable();
        Polling polling = new Polling(driver);
        polling.start();

        Channels.close(pipe.source(), registration);

        long deadline = System.currentTimeMillis() + SOON.toMillis();
        while (driver.keys() != 0 && System.currentTimeMillis() < deadline) {
            Thread.onSpinWait();
        }
        assertThat(driver.keys()).isZero();
        polling.stop();
    }

    @Test
    void shutdown_wakesWhoWaits_andLaterOperationsSayWhy() throws Exception {
        TestWaker writer = new TestWaker();
        awaitReadable();
        int observed = registration.poll(writer.context(), Readiness.WRITE);
        registration.clear(Readiness.WRITE, observed);
        // A pipe's source cannot be watched for writing, so only the reader is armed; the driver does not care here.

        driver.shutdown();
        driver.shutdown();

        assertThat(waker.isWoken()).isTrue();
        assertThatThrownBy(registration::ensureOpen)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("shut down");
        assertThatThrownBy(() -> Registration.ofStream(driver, Pipe.open().source()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("shut down");
        assertThat(driver.poll(-1)).isZero();
    }

    @Test
    void shutdown_whileAnotherThreadWaits_endsItsPoll() throws Exception {
        awaitReadable();
        Thread holder = new Thread(() -> driver.poll(-1), "holder");
        holder.start();

        driver.shutdown();

        holder.join(10_000);
        assertThat(holder.isAlive()).isFalse();
        assertThat(waker.isWoken()).isTrue();
    }

    private void awaitReadable() {
        clearReadable();
        assertThat(registration.poll(waker.context(), Readiness.READ)).isEqualTo(Registration.NOT_READY);
    }

    private void clearReadable() {
        registration.clear(Readiness.READ, registration.poll(new TestWaker().context(), Readiness.READ));
    }

    private void send() throws IOException {
        pipe.sink().write(ByteBuffer.wrap(new byte[] {1}));
    }

    /** A thread that holds the driver and waits without limit, turn after turn. */
    private static final class Polling {
        private final IoDriver driver;
        private final Thread thread;
        private volatile boolean stopped;

        Polling(IoDriver driver) {
            this.driver = driver;
            this.thread = new Thread(this::run, "polling");
        }

        private void run() {
            while (!stopped) {
                driver.poll(-1);
            }
        }

        void start() {
            thread.start();
        }

        void stop() throws InterruptedException {
            stopped = true;
            driver.wakeup();
            thread.join();
        }
    }
}
