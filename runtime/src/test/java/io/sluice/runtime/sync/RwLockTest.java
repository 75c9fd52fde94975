package io.sluice.runtime.sync;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.runtime.Future;
import io.sluice.runtime.sync.RwLock.ReadGuard;
import io.sluice.runtime.sync.RwLock.WriteGuard;
import io.sluice.runtime.testkit.TestWaker;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RwLockTest {

    private final RwLock<String> lock = new RwLock<>("first");
    private final TestWaker waker = new TestWaker();
    private final TestWaker other = new TestWaker();

    @AfterEach
    void everythingIsGivenBack() {
        assertThat(lock.waiters()).isZero();
        requireNonNull(lock.tryWrite()).close();
    }

    @Test
    void read_manyAtOnce_keepWritersOut() throws Exception {
        ReadGuard<String> one = lock.read().poll(waker.context()).get();
        ReadGuard<String> two = requireNonNull(lock.tryRead());
        assertThat(one.get()).isEqualTo(two.get()).isEqualTo("first");
        assertThat(lock.tryWrite()).isNull();
        one.close();
        one.close();
        assertThat(lock.tryWrite()).isNull();
        two.close();
        requireNonNull(lock.tryWrite()).close();
    }

    @Test
    void write_isAlone_andIsSeenByThoseAfterIt() throws Exception {
        WriteGuard<String> writer = lock.write().poll(waker.context()).get();
        assertThat(lock.tryRead()).isNull();
        assertThat(lock.tryWrite()).isNull();
        Future<ReadGuard<String>> reader = lock.read();
        assertThat(reader.poll(other.context()).isPending()).isTrue();
        writer.set("second");
        assertThat(writer.get()).isEqualTo("second");
        writer.close();

        assertThat(other.wakes()).isEqualTo(1);
        try (ReadGuard<String> guard = reader.poll(other.context()).get()) {
            assertThat(guard.get()).isEqualTo("second");
        }
    }

    @Test
    void read_behindAWaitingWriter_waitsBehindIt() throws Exception {
        ReadGuard<String> reading = requireNonNull(lock.tryRead());
        Future<WriteGuard<String>> writer = lock.write();
        writer.poll(waker.context());
        Future<ReadGuard<String>> late = lock.read();
        assertThat(late.poll(other.context()).isPending()).isTrue();
        assertThat(lock.tryRead()).isNull();
        reading.close();

        assertThat(waker.wakes()).isEqualTo(1);
        assertThat(other.isWoken()).isFalse();
        writer.poll(waker.context()).get().close();
        late.poll(other.context()).get().close();
    }

    @Test
    void cancel_waitingWriter_letsInTheReadersBehindIt() throws Exception {
        ReadGuard<String> reading = requireNonNull(lock.tryRead());
        Future<WriteGuard<String>> writer = lock.write();
        writer.poll(waker.context());
        Future<ReadGuard<String>> late = lock.read();
        late.poll(other.context());
        writer.cancel();

        assertThat(other.wakes()).isEqualTo(1);
        late.poll(other.context()).get().close();
        reading.close();
    }

    @Test
    void cancel_writerThatWasAssigned_passesTheLockOn() throws Exception {
        WriteGuard<String> writing = requireNonNull(lock.tryWrite());
        Future<WriteGuard<String>> gone = lock.write();
        Future<ReadGuard<String>> next = lock.read();
        gone.poll(waker.context());
        next.poll(other.context());
        writing.close();
        gone.cancel();

        assertThat(other.wakes()).isEqualTo(1);
        next.poll(other.context()).get().close();
    }

    @Test
    void downgrade_letsReadersIn_andNoWriterBetween() throws Exception {
        WriteGuard<String> writer = requireNonNull(lock.tryWrite());
        Future<ReadGuard<String>> reader = lock.read();
        reader.poll(waker.context());
        Future<WriteGuard<String>> nextWriter = lock.write();
        nextWriter.poll(other.context());
        writer.set("mine");
        ReadGuard<String> reading = writer.downgrade();

        assertThat(reading.get()).isEqualTo("mine");
        reader.poll(waker.context()).get().close();
        assertThat(other.isWoken()).isFalse();
        assertThatThrownBy(writer::get).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(writer::downgrade).isInstanceOf(IllegalStateException.class);
        writer.close();
        assertThat(nextWriter.poll(other.context()).isPending()).isTrue();
        reading.close();
        nextWriter.poll(other.context()).get().close();
    }

    @Test
    void downgrade_withAWriterAheadOfTheReaders_keepsTheQueue() throws Exception {
        WriteGuard<String> writer = requireNonNull(lock.tryWrite());
        Future<WriteGuard<String>> nextWriter = lock.write();
        nextWriter.poll(waker.context());
        Future<ReadGuard<String>> reader = lock.read();
        reader.poll(other.context());
        ReadGuard<String> reading = writer.downgrade();

        assertThat(other.isWoken()).isFalse();
        reading.close();
        nextWriter.poll(waker.context()).get().close();
        reader.poll(other.context()).get().close();
    }

    @Test
    void guards_closed_giveNothing() {
        ReadGuard<String> reader = requireNonNull(lock.tryRead());
        reader.close();
        assertThatThrownBy(reader::get).isInstanceOf(IllegalStateException.class);
        WriteGuard<String> writer = requireNonNull(lock.tryWrite());
        writer.close();
        assertThatThrownBy(() -> writer.set("late")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(writer::downgrade).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void maxReads_reached_makesFurtherReadersWait() throws Exception {
        RwLock<String> two = new RwLock<>("value", 2);
        ReadGuard<String> one = requireNonNull(two.tryRead());
        ReadGuard<String> another = requireNonNull(two.tryRead());
        assertThat(two.tryRead()).isNull();
        one.close();
        requireNonNull(two.tryRead()).close();
        another.close();
        requireNonNull(two.tryWrite()).close();

        assertThatThrownBy(() -> new RwLock<>("value", 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new RwLock<>("value", RwLock.MAX_READS + 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("allowed: 1 to ");
    }

    @Test
    void blockingVariants_waitInTheSameQueue() throws Exception {
        WriteGuard<String> writer = requireNonNull(lock.tryWrite());
        assertThat(lock.blockingRead(Duration.ZERO)).isNull();
        assertThat(lock.blockingWrite(Duration.ofMillis(1))).isNull();
        try (Threads threads = new Threads()) {
            threads.start(() -> {
                try (WriteGuard<String> guard = lock.blockingWrite()) {
                    guard.set(guard.get() + "!");
                }
                return null;
            });
            Threads.until(() -> lock.waiters() == 1);
            threads.start(() -> {
                try (ReadGuard<String> guard = lock.blockingRead()) {
                    assertThat(guard.get()).isEqualTo("second!");
                }
                return null;
            });
            Threads.until(() -> lock.waiters() == 2);
            writer.set("second");
            writer.close();
            threads.join();
        }
    }
}
