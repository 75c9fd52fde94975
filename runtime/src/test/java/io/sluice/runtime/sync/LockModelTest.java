package io.sluice.runtime.sync;

import static io.sluice.runtime.sync.ModelChecks.explore;
import static io.sluice.runtime.sync.ModelChecks.require;
import static java.util.Objects.requireNonNull;

import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;
import io.sluice.runtime.sync.ModelChecks.Sleeper;
import io.sluice.runtime.sync.RwLock.ReadGuard;
import io.sluice.runtime.sync.RwLock.WriteGuard;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Explores mutex and read-write lock: a value that is never written by two, and hand-overs that nobody sleeps over. */
class LockModelTest {

    private static final Integer ZERO = 0;

    @Test
    void mutexOperations_interleaved_lookLikeAValueUnderALock() {
        ModelChecks.threeThreads().sequentialSpecification(LockedValue.class).check(Locking.class);
    }

    /** One thread locks, adds and unlocks; the others take the lock for good, or look at it. */
    public static final class Locking {

        private final Mutex<Integer> mutex = new Mutex<>(ZERO);
        private @Nullable MutexGuard<Integer> held;

        @Operation(nonParallelGroup = "holder")
        public int tryAdd() {
            MutexGuard<Integer> guard = mutex.tryLock();
            if (guard == null) {
                return -1;
            }
            held = guard;
            guard.set(guard.get() + 1);
            return guard.get();
        }

        @Operation(nonParallelGroup = "holder")
        public void unlock() {
            if (held != null) {
                held.close();
            }
        }

        @Operation
        public int tryKeep() {
            MutexGuard<Integer> guard = mutex.tryLock();
            return guard == null ? -1 : guard.get();
        }

        @Operation
        public boolean isLocked() {
            return mutex.isLocked();
        }
    }

    /** What a mutex looks like while nobody waits. */
    public static final class LockedValue {

        private boolean lockedToAdd;
        private boolean kept;
        private int value;

        public int tryAdd() {
            if (isLocked()) {
                return -1;
            }
            lockedToAdd = true;
            return ++value;
        }

        public void unlock() {
            lockedToAdd = false;
        }

        public int tryKeep() {
            if (isLocked()) {
                return -1;
            }
            kept = true;
            return value;
        }

        public boolean isLocked() {
            return lockedToAdd || kept;
        }
    }

    @Test
    void rwLockOperations_interleaved_lookLikeReadersOrOneWriter() {
        ModelChecks.twoThreads().sequentialSpecification(ReadersOrWriter.class).check(ReadingAndWriting.class);
    }

    /** One thread writes and downgrades; the others read. Readers' guards are kept for good. */
    public static final class ReadingAndWriting {

        private final RwLock<Integer> lock = new RwLock<>(ZERO, 4);
        private @Nullable WriteGuard<Integer> writer;

        @Operation
        public int tryRead() {
            ReadGuard<Integer> guard = lock.tryRead();
            return guard == null ? -1 : guard.get();
        }

        @Operation(nonParallelGroup = "writer")
        public boolean tryWrite() {
            WriteGuard<Integer> guard = lock.tryWrite();
            if (guard == null) {
                return false;
            }
            guard.set(guard.get() + 1);
            writer = guard;
            return true;
        }

        @Operation(nonParallelGroup = "writer")
        public boolean downgrade() {
            WriteGuard<Integer> guard = writer;
            writer = null;
            return guard != null && guard.downgrade().get() == 1;
        }
    }

    /** What a lock for four readers looks like while nobody waits. */
    public static final class ReadersOrWriter {

        private int readers;
        private boolean writing;
        private int value;

        public int tryRead() {
            if (writing || readers == 4) {
                return -1;
            }
            readers++;
            return value;
        }

        public boolean tryWrite() {
            boolean free = !writing && readers == 0;
            writing |= free;
            value += free ? 1 : 0;
            return free;
        }

        public boolean downgrade() {
            boolean wrote = writing;
            readers += wrote ? 1 : 0;
            writing = false;
            return wrote;
        }
    }

    /** A task that adds one as soon as it has the lock. */
    static final class Adder {

        final Sleeper task = new Sleeper();
        final Future<MutexGuard<Integer>> lock;
        boolean waits;

        Adder(Mutex<Integer> mutex) {
            lock = mutex.lock();
        }

        void poll() {
            try {
                Poll<MutexGuard<Integer>> polled = lock.poll(task.context());
                waits = polled.isPending();
                if (!waits) {
                    add(polled.get());
                }
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }

        static void add(MutexGuard<Integer> guard) {
            guard.set(guard.get() + 1);
            guard.close();
        }

        /** Nobody holds the lock: it must have been woken and get on. */
        void requireEnd() {
            require(!waits || task.isWoken(), "a task sleeps");
            if (waits) {
                poll();
            }
            require(!waits, "a task was woken for nothing");
        }
    }

    /** Three tasks add to a value that one holds. */
    public static final class AddersAndHolder {

        private final Mutex<Integer> mutex = new Mutex<>(ZERO);
        private final MutexGuard<Integer> held = requireNonNull(mutex.tryLock());
        private final Adder one = new Adder(mutex);
        private final Adder two = new Adder(mutex);

        @Operation
        public void adder() {
            one.poll();
        }

        @Operation
        public void adder2() {
            two.poll();
        }

        @Operation
        public void holder() {
            Adder.add(held);
        }

        @Validate
        public void check() {
            boolean oneFirst = !one.waits || one.task.isWoken();
            (oneFirst ? one : two).requireEnd();
            (oneFirst ? two : one).requireEnd();
            MutexGuard<Integer> last = requireNonNull(mutex.tryLock());
            require(last.get() == 3, "the sum is " + last.get());
            require(mutex.waiters() == 0, "a waiter is left behind");
        }
    }

    @Test
    void lock_whileTheHolderLeaves_losesNoWakeAndNoWrite() {
        explore(AddersAndHolder.class);
    }

    /** A writer becomes a reader while another writer gives up in front of a reader. */
    public static final class DowngradeAndGiveUp {

        private final RwLock<Integer> lock = new RwLock<>(ZERO, 4);
        private final WriteGuard<Integer> held = requireNonNull(lock.tryWrite());
        private final Future<WriteGuard<Integer>> writer = lock.write();
        private final Future<ReadGuard<Integer>> reader = lock.read();
        private final Sleeper readerTask = new Sleeper();

        public DowngradeAndGiveUp() throws Exception {
            writer.poll(new Sleeper().context());
            reader.poll(readerTask.context());
        }

        @Operation
        public void holder() {
            held.set(7);
            held.downgrade();
        }

        @Operation
        public void giveUp() {
            writer.cancel();
        }

        @Validate
        public void check() {
            try {
                require(readerTask.isWoken(), "the reader sleeps");
                Poll<ReadGuard<Integer>> polled = reader.poll(readerTask.context());
                require(polled.isReady() && polled.get().get() == 7, "the reader did not get what was written");
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
            require(lock.tryWrite() == null, "a writer came in beside readers");
            require(lock.waiters() == 0, "a waiter is left behind");
        }
    }

    @Test
    void downgrade_whileTheNextWriterGivesUp_letsTheReaderIn() {
        explore(DowngradeAndGiveUp.class);
    }
}
