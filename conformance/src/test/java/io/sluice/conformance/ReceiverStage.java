package io.sluice.conformance;

import java.time.Duration;
import java.util.Map;

/** What a scenario for servers has at hand. */
record ReceiverStage(ReceiverSubject subject, ReceiverCaller caller, Protocol protocol) {

    private static final Duration ARRIVES_WITHIN = Duration.ofSeconds(10);

    Map<String, String> attributes() {
        return subject.attributes();
    }

    /** Waits until the item is behind the receiver; false if it does not get there. */
    boolean hasArrived(String item) throws InterruptedException {
        long deadline = System.nanoTime() + ARRIVES_WITHIN.toNanos();
        while (!subject.arrived().contains(item)) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            Thread.sleep(5);
        }
        return true;
    }

    /** Kept if the answer is a success and the item arrived. */
    Finding taken(Reply reply, String item) throws InterruptedException {
        if (!reply.isAccepted()) {
            return Finding.notMet("It answered " + reply + ".");
        }
        return Finding.of(hasArrived(item), "It was accepted and did not arrive.");
    }
}
