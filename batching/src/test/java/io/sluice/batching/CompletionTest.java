package io.sluice.batching;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.runtime.Future;
import io.sluice.runtime.testkit.TestWaker;
import org.junit.jupiter.api.Test;

class CompletionTest {

    private final Completion<String> completion = new Completion<>();
    private final TestWaker first = new TestWaker();
    private final TestWaker second = new TestWaker();

    @Test
    void complete_wakesEverybody_andOnlyTheFirstValueCounts() throws Exception {
        Future<String> one = completion.await();
        Future<String> other = completion.await();
        assertThat(one.poll(first.context()).isPending()).isTrue();
        assertThat(other.poll(second.context()).isPending()).isTrue();

        completion.complete("yes");
        completion.complete("no");

        assertThat(first.wakes()).isEqualTo(1);
        assertThat(second.wakes()).isEqualTo(1);
        assertThat(one.poll(first.context()).get()).isEqualTo("yes");
        assertThat(other.poll(second.context()).get()).isEqualTo("yes");
        assertThat(completion.await().poll(first.context()).get()).isEqualTo("yes");
    }

    @Test
    void poll_again_replacesTheWaker() throws Exception {
        Future<String> one = completion.await();
        one.poll(first.context());
        one.poll(second.context());
        completion.complete("yes");

        assertThat(first.wakes()).isZero();
        assertThat(second.wakes()).isEqualTo(1);
    }

    @Test
    void cancel_leavesNobodyToWake() throws Exception {
        Future<String> one = completion.await();
        one.poll(first.context());
        one.cancel();
        one.cancel();
        completion.complete("yes");

        assertThat(first.wakes()).isZero();
    }
}
