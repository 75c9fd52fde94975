package io.sluice.runtime.sync;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.runtime.AsyncRuntime;
import io.sluice.runtime.Context;
import io.sluice.runtime.Coop;
import io.sluice.runtime.Future;
import io.sluice.runtime.JoinException;
import io.sluice.runtime.Poll;
import io.sluice.runtime.testkit.TestWaker;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MutexTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    private final Mutex<String> mutex = new Mutex<>("first");
    private final TestWaker waker = new TestWaker();
    private final TestWaker other = new TestWaker();

    @AfterEach
    void noWaiterIsLeftBehind() {
        assertThat(mutex.waiters()).isZero();
    }

    @Test
    void lock_free_isReadyAtOnce() throws Exception {
        assertThat(mutex.isLocked()).isFalse();
        try (MutexGuard<String> guard = mutex.lock().poll(waker.context()).get()) {
            assertThat(guard.get()).isEqualTo("first");
            assertThat(mutex.isLocked()).isTrue();
        }
        assertThat(mutex.isLocked()).isFalse();
    }

    @Test
    void lock_held_waitsAndSeesWhatTheHolderWrote() throws Exception {
        MutexGuard<String> held = requireNonNull(mutex.tryLock());
        Future<MutexGuard<String>> waiting = mutex.lock();
        assertThat(waiting.poll(waker.context()).isPending()).isTrue();
        held.set("second");
        assertThat(waker.isWoken()).isFalse();
        held.close();

        assertThat(waker.wakes()).isEqualTo(1);
        try (MutexGuard<String> guard = waiting.poll(waker.context()).get()) {
            assertThat(guard.get()).isEqualTo("second");
        }
    }

    @Test
    void lock_isServedFirstComeFirstServed_andNotInPassing() throws Exception {
        MutexGuard<String> held = requireNonNull(mutex.tryLock());
        Future<MutexGuard<String>> first = mutex.lock();
        Future<MutexGuard<String>> second = mutex.lock();
        first.poll(waker.context());
        second.poll(other.context());
        held.close();

        assertThat(mutex.tryLock()).isNull();
        assertThat(second.poll(other.context()).isPending()).isTrue();
        first.poll(waker.context()).get().close();
        assertThat(other.wakes()).isEqualTo(1);
        assertThat(mutex.tryLock()).isNull();
        second.poll(other.context()).get().close();
        requireNonNull(mutex.tryLock()).close();
    }

    @Test
    void cancel_waiting_losesItsPlaceOnly() throws Exception {
        MutexGuard<String> held = requireNonNull(mutex.tryLock());
        Future<MutexGuard<String>> gone = mutex.lock();
        Future<MutexGuard<String>> stays = mutex.lock();
        gone.poll(waker.context());
        stays.poll(other.context());
        gone.cancel();
        held.close();

        assertThat(waker.isWoken()).isFalse();
        stays.poll(other.context()).get().close();
    }

    @Test
    void cancel_assignedButNotFetched_passesTheLockOn() throws Exception {
        MutexGuard<String> held = requireNonNull(mutex.tryLock());
        Future<MutexGuard<String>> gone = mutex.lock();
        Future<MutexGuard<String>> next = mutex.lock();
        gone.poll(waker.context());
        next.poll(other.context());
        held.close();
        gone.cancel();

        assertThat(other.wakes()).isEqualTo(1);
        next.poll(other.context()).get().close();
    }

    @Test
    void holder_thatFails_poisonsNothing() throws Exception {
        assertThatThrownBy(() -> {
                    try (MutexGuard<String> guard = requireNonNull(mutex.tryLock())) {
                        guard.set("half done");
                        throw new IOException("broken");
                    }
                })
                .isInstanceOf(IOException.class);
        try (MutexGuard<String> guard = requireNonNull(mutex.tryLock())) {
            assertThat(guard.get()).isEqualTo("half done");
        }
    }

    @Test
    void guard_closed_givesNothingAndClosesOnce() {
        MutexGuard<String> guard = requireNonNull(mutex.tryLock());
        guard.close();
        try (MutexGuard<String> next = requireNonNull(mutex.tryLock())) {
            guard.close();
            assertThat(mutex.isLocked()).isTrue();
            assertThatThrownBy(guard::get).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> guard.set("late")).isInstanceOf(IllegalStateException.class);
            assertThat(next.get()).isEqualTo("first");
        }
    }

    @Test
    void lock_withoutBudget_isPendingAndTakesNothing() throws Exception {
        Context cx = new Context(waker, Coop.limited(), null);
        for (int i = 0; i < Coop.BUDGET; i++) {
            mutex.lock().poll(cx).get().close();
        }
        assertThat(mutex.lock().poll(cx).isPending()).isTrue();
        assertThat(waker.wakes()).isEqualTo(1);
        assertThat(mutex.isLocked()).isFalse();
    }

    @Test
    void blockingLock_held_waitsForTheHolder() throws Exception {
        MutexGuard<String> held = requireNonNull(mutex.tryLock());
        try (Threads threads = new Threads()) {
            threads.start(() -> {
                try (MutexGuard<String> guard = mutex.blockingLock()) {
                    guard.set(guard.get() + " and last");
                }
                return null;
            });
            Threads.until(() -> mutex.waiters() == 1);
            held.set("second");
            held.close();
            threads.join();
        }
        try (MutexGuard<String> guard = mutex.blockingLock()) {
            assertThat(guard.get()).isEqualTo("second and last");
        }
    }

    @Test
    void blockingLock_notInTime_isNullAndLeavesTheQueue() throws Exception {
        try (MutexGuard<String> held = requireNonNull(mutex.tryLock())) {
            assertThat(mutex.blockingLock(Duration.ZERO)).isNull();
            assertThat(mutex.blockingLock(Duration.ofMillis(1))).isNull();
            assertThat(held.get()).isEqualTo("first");
        }
        requireNonNull(mutex.blockingLock(Duration.ZERO)).close();
    }

    @Test
    void blockingLock_interrupted_leavesTheQueue() {
        MutexGuard<String> held = requireNonNull(mutex.tryLock());
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> mutex.blockingLock(LONG)).isInstanceOf(InterruptedException.class);
        held.close();
        assertThat(mutex.isLocked()).isFalse();
    }

    @Test
    void blockingVariants_onAWorker_areRefused() {
        Semaphore semaphore = new Semaphore(1);
        RwLock<String> rwLock = new RwLock<>("value");
        try (AsyncRuntime runtime =
                AsyncRuntime.builder().workerThreads(1).enableIo(false).build()) {
            for (Blocking blocking : new Blocking[] {
                mutex::blockingLock,
                () -> mutex.blockingLock(LONG),
                rwLock::blockingRead,
                () -> rwLock.blockingRead(LONG),
                rwLock::blockingWrite,
                () -> rwLock.blockingWrite(LONG),
                () -> semaphore.blockingAcquire(LONG),
                () -> semaphore.blockingAcquire(1, LONG)
            }) {
                Future<AutoCloseable> task = runtime.handle().spawn(cx -> Poll.ready(blocking.take()));
                assertThatThrownBy(() -> runtime.blockOn(task))
                        .isInstanceOf(JoinException.class)
                        .hasRootCauseInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("a thread that polls tasks and must not wait");
            }
        }
        assertThat(mutex.isLocked()).isFalse();
        assertThat(semaphore.availablePermits()).isEqualTo(1);
    }

    @FunctionalInterface
    private interface Blocking {
        AutoCloseable take() throws Exception;
    }
}
