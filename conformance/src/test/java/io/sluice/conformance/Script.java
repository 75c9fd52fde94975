package io.sluice.conformance;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The answers of a server in their order, and the requests that it saw. Any thread. */
final class Script {

    private final List<Answer> answers;
    private final List<Seen> seen = new CopyOnWriteArrayList<>();
    private final AtomicInteger asked = new AtomicInteger();
    private final CountDownLatch released = new CountDownLatch(1);

    Script(List<Answer> answers) {
        this.answers = List.copyOf(answers);
    }

    List<Seen> seen() {
        return List.copyOf(seen);
    }

    /** Notes {@code request} and gives what is said to it. */
    Answer answer(Seen request) {
        seen.add(request);
        return answers.get(Math.min(asked.getAndIncrement(), answers.size() - 1));
    }

    /** Holds a response back, at the longest until the server ends. */
    void pause(Duration delay) {
        try {
            released.await(delay.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Lets go of what is held back. */
    void release() {
        released.countDown();
    }
}
