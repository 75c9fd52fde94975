package io.sluice.runtime.sync;

import io.sluice.runtime.Context;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** The receiver asks for two items while two producers bring one each: it has them, or it is woken. */
@JCStressTest
@Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "the batch was there")
@Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "the batch was there, and a wake besides")
@Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "told to wait, and woken")
@Outcome(id = "0, 0", expect = Expect.FORBIDDEN, desc = "asleep over a full batch")
@State
public class MpscBatchStress {

    private final Mpsc.Channel<String> channel = Mpsc.bounded(2, 1);
    private final Mpsc.Sender<String> sender = channel.sender();
    private final Mpsc.Receiver<String> receiver = channel.receiver();
    private volatile int woken;

    @Actor
    public void consumer(II_Result r) {
        r.r1 = receiver.pollBuffered(Context.of(() -> woken = 1), 2) ? 1 : 0;
    }

    @Actor
    public void producer() {
        sender.trySend("a");
    }

    @Actor
    public void otherProducer() {
        sender.trySend("b");
    }

    @Arbiter
    public void look(II_Result r) {
        r.r2 = woken;
    }
}
