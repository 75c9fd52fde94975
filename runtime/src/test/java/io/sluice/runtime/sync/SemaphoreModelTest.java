package io.sluice.runtime.sync;

import static io.sluice.runtime.sync.ModelChecks.explore;
import static io.sluice.runtime.sync.ModelChecks.require;
import static java.util.Objects.requireNonNull;

import io.sluice.runtime.Poll;
import io.sluice.runtime.sync.ModelChecks.Sleeper;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.Validate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Explores the semaphore: a count, and hand-overs over which nobody sleeps and no permit is lost. */
class SemaphoreModelTest {

    private static final int PERMITS = 2;

    @Test
    void countingOperations_interleaved_lookLikeACount() {
        ModelChecks.threeThreads().sequentialSpecification(Count.class).check(Counting.class);
    }

    @Param(name = "count", gen = IntGen.class, conf = "1:2")
    public static final class Counting {

        private final Semaphore semaphore = new Semaphore(PERMITS);

        /** Taken for good. */
        @Operation
        public boolean tryAcquire(@Param(name = "count") int count) {
            return semaphore.tryAcquire(count) != null;
        }

        @Operation
        public void addPermits(@Param(name = "count") int count) {
            semaphore.addPermits(count);
        }

        @Operation
        public int forgetPermits(@Param(name = "count") int count) {
            return semaphore.forgetPermits(count);
        }

        @Operation
        public int availablePermits() {
            return semaphore.availablePermits();
        }

        @Operation
        public void close() {
            semaphore.close();
        }
    }

    /** What a semaphore looks like while nobody waits. */
    public static final class Count {

        private int free = PERMITS;
        private boolean closed;

        public boolean tryAcquire(int count) {
            boolean enough = !closed && count <= free;
            free -= enough ? count : 0;
            return enough;
        }

        public void addPermits(int count) {
            free += count;
        }

        public int forgetPermits(int count) {
            int gone = Math.min(free, count);
            free -= gone;
            return gone;
        }

        public int availablePermits() {
            return free;
        }

        public void close() {
            closed = true;
        }
    }

    /** A semaphore of two permits, one of them in use. */
    abstract static class Program {

        final Semaphore semaphore = new Semaphore(PERMITS);
        final Permit inUse = requireNonNull(semaphore.tryAcquire(1));

        void requireAllBack() {
            require(semaphore.availablePermits() == PERMITS, semaphore.availablePermits() + " permits came back");
            require(semaphore.waiters() == 0, "a waiter is left behind");
        }
    }

    /** A task that wants permits. */
    static final class Acquirer {

        final Sleeper task = new Sleeper();
        final Semaphore.Acquire acquire;
        boolean waits;

        @Nullable
        Permit permit;

        Acquirer(Semaphore semaphore, int count) {
            acquire = semaphore.acquire(count);
        }

        void poll() {
            try {
                Poll<Permit> polled = acquire.poll(task.context());
                waits = polled.isPending();
                permit = waits ? null : polled.get();
            } catch (ClosedException e) {
                waits = false;
                acquire.cancel();
            }
        }

        void giveUp() {
            acquire.cancel();
            waits = false;
        }

        /** Nothing holds its permits up, or the semaphore is closed: it must have been woken and get on. */
        void requireEnd() {
            require(!waits || task.isWoken(), "a task sleeps");
            if (waits) {
                poll();
            }
            require(!waits, "a task was woken for nothing");
            if (permit != null) {
                permit.close();
            }
        }
    }

    public static final class AcquireAndRelease extends Program {

        private final Acquirer many = new Acquirer(semaphore, 2);

        @Operation
        public void acquirer() {
            many.poll();
        }

        @Operation
        public void holder() {
            inUse.close();
        }

        @Validate
        public void check() {
            many.requireEnd();
            requireAllBack();
        }
    }

    @Test
    void acquire_whileThePermitComesBack_isWokenOrHasIt() {
        explore(AcquireAndRelease.class);
    }

    public static final class TwoAcquireAndRelease extends Program {

        private final Acquirer many = new Acquirer(semaphore, 2);
        private final Acquirer few = new Acquirer(semaphore, 1);

        @Operation
        public void acquirer() {
            many.poll();
        }

        @Operation
        public void acquirer2() {
            few.poll();
        }

        @Operation
        public void holder() {
            inUse.close();
        }

        @Validate
        public void check() {
            boolean fewFirst = !few.waits || few.task.isWoken();
            (fewFirst ? few : many).requireEnd();
            (fewFirst ? many : few).requireEnd();
            requireAllBack();
        }
    }

    @Test
    void acquire_manyAndFewWhileThePermitComesBack_areServedOneAfterTheOther() {
        explore(TwoAcquireAndRelease.class);
    }

    /** The first has a part of its permits already. */
    public static final class GiveUpAndRelease extends Program {

        private final Acquirer many = new Acquirer(semaphore, 2);
        private final Acquirer next = new Acquirer(semaphore, 2);

        public GiveUpAndRelease() {
            many.poll();
            next.poll();
        }

        @Operation
        public void acquirer() {
            many.giveUp();
        }

        @Operation
        public void holder() {
            inUse.close();
        }

        @Validate
        public void check() {
            next.requireEnd();
            requireAllBack();
        }
    }

    @Test
    void acquire_givenUpWhileThePermitComesBack_passesItsPartOn() {
        explore(GiveUpAndRelease.class);
    }

    /** The last in the queue leaves while another joins and permits come. */
    public static final class GiveUpAndAcquireAndRelease extends Program {

        private final Acquirer many = new Acquirer(semaphore, 2);
        private final Acquirer next = new Acquirer(semaphore, 2);

        public GiveUpAndAcquireAndRelease() {
            many.poll();
        }

        @Operation
        public void acquirer() {
            many.giveUp();
        }

        @Operation
        public void acquirer2() {
            next.poll();
        }

        @Operation
        public void holder() {
            inUse.close();
        }

        @Validate
        public void check() {
            next.requireEnd();
            requireAllBack();
        }
    }

    @Test
    void acquire_beginningWhileTheQueueEmpties_isNotForgotten() {
        explore(GiveUpAndAcquireAndRelease.class);
    }

    /** The only waiter leaves between two releases, one of which still takes the way past the queue. */
    public static final class GiveUpAndTwoReleases extends Program {

        private final Permit alsoInUse = requireNonNull(semaphore.tryAcquire(1));
        private final Acquirer many = new Acquirer(semaphore, 2);

        public GiveUpAndTwoReleases() {
            many.poll();
        }

        @Operation
        public void acquirer() {
            many.giveUp();
        }

        @Operation
        public void holder() {
            inUse.close();
        }

        @Operation
        public void holder2() {
            alsoInUse.close();
        }

        @Validate
        public void check() {
            requireAllBack();
        }
    }

    @Test
    void permits_comingBackWhileTheQueueEmpties_areAllCounted() {
        explore(GiveUpAndTwoReleases.class);
    }

    public static final class AcquireAndCloseAndRelease extends Program {

        private final Acquirer many = new Acquirer(semaphore, 2);

        @Operation
        public void acquirer() {
            many.poll();
        }

        @Operation
        public void closer() {
            semaphore.close();
        }

        @Operation
        public void holder() {
            inUse.close();
        }

        @Validate
        public void check() {
            many.requireEnd();
            requireAllBack();
        }
    }

    @Test
    void acquire_whileTheSemaphoreCloses_isTold() {
        explore(AcquireAndCloseAndRelease.class);
    }

    /** Two waiters, of which the first has a part. */
    public static final class GiveUpAndCloseAndRelease extends Program {

        private final Acquirer many = new Acquirer(semaphore, 2);
        private final Acquirer next = new Acquirer(semaphore, 1);

        public GiveUpAndCloseAndRelease() {
            many.poll();
            next.poll();
        }

        @Operation
        public void acquirer() {
            many.giveUp();
        }

        @Operation
        public void closer() {
            semaphore.close();
        }

        @Operation
        public void holder() {
            inUse.close();
        }

        @Validate
        public void check() {
            next.requireEnd();
            requireAllBack();
        }
    }

    @Test
    void close_whileAWaiterGivesUp_losesNoPermit() {
        explore(GiveUpAndCloseAndRelease.class);
    }

    public static final class Acquirers extends Program {

        private final Acquirer one = new Acquirer(semaphore, 1);
        private final Acquirer other = new Acquirer(semaphore, 1);

        @Operation
        public void acquirer() {
            use(one);
        }

        @Operation
        public void acquirer2() {
            use(other);
        }

        private static void use(Acquirer acquirer) {
            acquirer.poll();
            if (acquirer.permit != null) {
                acquirer.permit.close();
            }
        }

        @Validate
        public void check() {
            one.requireEnd();
            other.requireEnd();
            inUse.close();
            requireAllBack();
        }
    }

    @Test
    void acquire_twoInTurnForOnePermit_neitherSleepsBesideIt() {
        explore(Acquirers.class);
    }
}
