package io.sluice.runtime.collect;

import static io.sluice.runtime.sync.ModelChecks.explore;
import static io.sluice.runtime.sync.ModelChecks.require;

import io.sluice.runtime.collect.WokenQueue.Member;
import io.sluice.runtime.sync.ModelChecks.Sleeper;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Test;

/** Explores wakes against the owner's look: a member that was woken is handed out, or its owner is awake. */
class WokenQueueModelTest {

    abstract static class Program {

        final WokenQueue<String> queue = new WokenQueue<>();
        final Member<String> first = new Member<>(queue, "first");
        final Member<String> second = new Member<>(queue, "second");
        final Sleeper owner = new Sleeper();
        int firstTaken;
        int secondTaken;

        /** What the owner does in a poll: register, then take all there is. */
        void pollAll() {
            queue.register(owner.context().waker());
            takeAll();
        }

        private void takeAll() {
            for (Member<String> member = queue.take(); member != null; member = queue.take()) {
                firstTaken += member == first ? 1 : 0;
                secondTaken += member == second ? 1 : 0;
            }
        }

        void requireTaken(int minFirst, int maxFirst, int secondTimes) {
            boolean nothingLeft = !queue.hasWoken();
            require(nothingLeft || owner.isWoken(), "the owner sleeps over a member");
            takeAll();
            require(firstTaken >= minFirst && firstTaken <= maxFirst, "first was taken " + firstTaken + " times");
            require(secondTaken == secondTimes, "second was taken " + secondTaken + " times");
            require(!queue.hasWoken() && queue.take() == null, "something is left");
        }
    }

    public static final class TwoMembers extends Program {

        @Operation
        public void owner() {
            pollAll();
        }

        @Operation
        public void wakeFirst() {
            first.wake();
        }

        @Operation
        public void wakeSecond() {
            second.wake();
        }

        @Validate
        public void check() {
            requireTaken(1, 1, 1);
        }
    }

    @Test
    void take_whileTwoMembersAreWoken_getsEachOnce() {
        explore(TwoMembers.class);
    }

    public static final class SameMemberTwice extends Program {

        @Operation
        public void owner() {
            pollAll();
        }

        public SameMemberTwice() {
            first.wake();
        }

        @Operation
        public void wakeAgain() {
            second.wake();
            first.wake();
        }

        @Validate
        public void check() {
            requireTaken(1, 2, 1);
        }
    }

    @Test
    void take_whileTheMemberIsWokenAgainOverAnother_losesNeither() {
        explore(SameMemberTwice.class);
    }
}
