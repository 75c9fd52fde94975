package io.sluice.runtime.sync;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** A producer polls a send to a full channel while the receiver makes room: it has sent, or it is woken. */
@JCStressTest
@Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "sent")
@Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "told to wait, and woken")
@Outcome(id = "0, 0", expect = Expect.FORBIDDEN, desc = "asleep beside room")
@Outcome(id = "1, 1", expect = Expect.FORBIDDEN, desc = "woken without a wait")
@State
public class MpscRoomStress {

    private final Mpsc.Channel<String> channel = Mpsc.bounded(1, 1);
    private final Mpsc.Receiver<String> receiver = channel.receiver();
    private final Future<Void> send = channel.sender().sendAsync("second");
    private volatile int woken;

    public MpscRoomStress() {
        channel.sender().trySend("first");
    }

    @Actor
    public void producer(II_Result r) {
        r.r1 = isSent() ? 1 : 0;
    }

    private boolean isSent() {
        try {
            return send.poll(Context.of(() -> woken = 1)).isReady();
        } catch (Exception e) {
            throw new AssertionError("nobody closes the channel", e);
        }
    }

    @Actor
    public void consumer() {
        receiver.tryRecv();
    }

    @Arbiter
    public void look(II_Result r) {
        r.r2 = woken;
    }
}
