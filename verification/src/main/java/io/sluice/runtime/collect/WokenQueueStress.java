package io.sluice.runtime.collect;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.sluice.runtime.collect.WokenQueue.Member;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IZ_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** Wakes of members against the look of the owner. */
public final class WokenQueueStress {

    private WokenQueueStress() {}

    private abstract static class Owned {
        final WokenQueue<String> queue = new WokenQueue<>();
        final Member<String> first = new Member<>(queue, "first");
        final Member<String> second = new Member<>(queue, "second");
        volatile boolean ownerWoken;

        /** Members taken after the owner registered, in decimal places: 10 for each first, 1 for each second. */
        int pollAll() {
            ownerWoken = false;
            queue.register(() -> ownerWoken = true);
            return takeAll();
        }

        int takeAll() {
            int taken = 0;
            for (Member<String> member = queue.take(); member != null; member = queue.take()) {
                taken += member == first ? 10 : 1;
            }
            return taken;
        }
    }

    /** Two members are woken while the owner looks: each comes once, in this poll or in one that was asked for. */
    @JCStressTest
    @Outcome(id = "11, true", expect = ACCEPTABLE, desc = "each once, and no sleep over one")
    @Outcome(expect = FORBIDDEN, desc = "a member was lost, came twice, or its owner sleeps")
    @State
    public static class TakeAgainstWakes extends Owned {
        private int taken;

        @Actor
        public void owner() {
            taken = pollAll();
        }

        @Actor
        public void waker() {
            first.wake();
            second.wake();
        }

        @Arbiter
        public void judge(IZ_Result result) {
            boolean awake = !queue.hasWoken() || ownerWoken;
            result.r1 = taken + takeAll();
            result.r2 = awake;
        }
    }

    /** A member is woken again, above another, while the owner takes it. */
    @JCStressTest
    @Outcome(id = "11, true", expect = ACCEPTABLE, desc = "each once: the first wake was not yet taken")
    @Outcome(id = "21, true", expect = ACCEPTABLE, desc = "the one that was woken again came again")
    @Outcome(expect = FORBIDDEN, desc = "a member was lost, came too often, or its owner sleeps")
    @State
    public static class TakeAgainstWakeAgain extends Owned {
        private int taken;

        public TakeAgainstWakeAgain() {
            first.wake();
        }

        @Actor
        public void owner() {
            taken = pollAll();
        }

        @Actor
        public void waker() {
            second.wake();
            first.wake();
        }

        @Arbiter
        public void judge(IZ_Result result) {
            boolean awake = !queue.hasWoken() || ownerWoken;
            result.r1 = taken + takeAll();
            result.r2 = awake;
        }
    }

    /** Two wakers push at once, one of them also what the other pushes: nothing is lost, nothing comes twice. */
    @JCStressTest
    @Outcome(id = "11", expect = ACCEPTABLE, desc = "each once")
    @Outcome(expect = FORBIDDEN, desc = "a member was lost or came twice")
    @State
    public static class WakeAgainstWake extends Owned {

        @Actor
        public void one() {
            first.wake();
        }

        @Actor
        public void other() {
            second.wake();
            first.wake();
        }

        @Arbiter
        public void judge(I_Result result) {
            result.r1 = takeAll();
        }
    }

    /** A plain write before a wake that finds the member queued is seen by the poll that follows. */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "the last poll saw the write")
    @Outcome(id = "0", expect = FORBIDDEN, desc = "no poll after the wake saw the write")
    @State
    public static class WriteBeforeWake extends Owned {
        private int data;
        private int seen;

        public WriteBeforeWake() {
            first.wake();
        }

        @Actor
        public void owner() {
            if (queue.take() != null) {
                seen = data;
            }
        }

        @Actor
        public void waker() {
            data = 1;
            first.wake();
        }

        @Arbiter
        public void judge(I_Result result) {
            if (queue.take() != null) {
                seen = data;
            }
            result.r1 = seen;
        }
    }
}
