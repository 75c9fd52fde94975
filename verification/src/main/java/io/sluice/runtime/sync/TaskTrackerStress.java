package io.sluice.runtime.sync;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Waker;
import java.util.concurrent.atomic.AtomicBoolean;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** The last task of a closed tracker ends while somebody begins to wait: it is woken, or sees the end itself. */
@JCStressTest
@Outcome(id = "true, true", expect = Expect.ACCEPTABLE, desc = "saw the end, or was woken and saw it then")
@Outcome(expect = Expect.FORBIDDEN, desc = "sleeps over the end")
@State
public class TaskTrackerStress {

    private final TaskTracker tracker = new TaskTracker();
    private final TaskTracker.Token last = tracker.token();
    private final Future<Void> await = tracker.await();
    private final AtomicBoolean woken = new AtomicBoolean();
    private boolean seen;

    public TaskTrackerStress() {
        tracker.close();
    }

    @Actor
    public void task() {
        last.close();
    }

    @Actor
    public void waiter() {
        seen = isReady(() -> woken.set(true));
    }

    @Arbiter
    public void look(ZZ_Result r) {
        r.r1 = seen || woken.get();
        r.r2 = seen || isReady(Waker.NOOP);
    }

    private boolean isReady(Waker waker) {
        try {
            return await.poll(Context.of(waker)).isReady();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
