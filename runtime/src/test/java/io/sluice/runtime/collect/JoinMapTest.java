package io.sluice.runtime.collect;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.runtime.collect.JoinMap.JoinedKey;
import io.sluice.runtime.testkit.StepRuntime;
import io.sluice.runtime.testkit.StepRuntime.Watched;
import io.sluice.runtime.testkit.TestWaker;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class JoinMapTest {

    private final StepRuntime runtime = new StepRuntime();
    private final TestWaker waker = new TestWaker();
    private final JoinMap<String, Integer> map = new JoinMap<>();
    private final ByHand<Integer> a = new ByHand<>();
    private final ByHand<Integer> b = new ByHand<>();

    @AfterEach
    void nothingIsLeftBehind() {
        map.close();
        runtime.run();
        assertThat(runtime.runtime().metrics().aliveTasks()).isZero();
        runtime.close();
    }

    @Test
    void joinNext_givesKeyAndResult_inCompletionOrder() throws Exception {
        spawnBoth();
        Watched<JoinedKey<String, Integer>> first = runtime.watch(map.joinNext());
        b.end(2);
        runtime.run();
        assertThat(first.value().key()).isEqualTo("b");
        assertThat(first.value().result().get()).isEqualTo(2);
        assertThat(map.keys()).containsExactly("a");
        a.end(1);
        runtime.run();
        assertThat(map.tryJoinNext().key()).isEqualTo("a");
        assertThat(map.joinNext().poll(waker.context()).get()).isNull();
    }

    @Test
    void spawn_keyInUse_abortsTheOldAndNeverJoinsIt() throws Exception {
        spawnBoth();
        ByHand<Integer> newer = new ByHand<>();
        map.spawn("a", runtime.handle(), newer);
        runtime.run();
        assertThat(a.cancels).isEqualTo(1);
        assertThat(map.size()).isEqualTo(2);
        assertThat(map.tryJoinNext()).isNull();
        newer.end(3);
        runtime.run();
        JoinedKey<String, Integer> joined = map.tryJoinNext();
        assertThat(joined.key()).isEqualTo("a");
        assertThat(joined.result().get()).isEqualTo(3);
    }

    @Test
    void spawn_keyOfATaskThatHasEnded_dropsItsResult() throws Exception {
        spawnBoth();
        a.end(1);
        runtime.run();
        assertThat(map.containsKey("a")).isTrue();
        map.spawn("a", runtime.handle(), new ByHand<>());
        assertThat(map.tryJoinNext()).isNull();
        assertThat(map.size()).isEqualTo(2);
    }

    @Test
    void abort_byKey_isJoinedAsCancelled() {
        spawnBoth();
        assertThat(map.abort("a")).isTrue();
        assertThat(map.abort("none")).isFalse();
        runtime.run();
        assertThat(map.tryJoinNext())
                .satisfies(joined -> assertThat(joined.key()).isEqualTo("a"))
                .satisfies(joined -> assertThat(joined.result()).isInstanceOf(Joined.Failed.class));
        assertThat(List.of(a.cancels, b.cancels)).containsExactly(1, 0);
        assertThat(map.abort("a")).isFalse();
    }

    @Test
    void abortMatching_abortsThoseOnly() {
        spawnBoth();
        map.abortMatching("b"::equals);
        runtime.run();
        assertThat(List.of(a.cancels, b.cancels)).containsExactly(0, 1);
    }

    @Test
    void shutdown_abortsAllThenDrains() {
        spawnBoth();
        assertThat(runtime.watch(map.shutdown()).isEnded()).isTrue();
        assertThat(map.isEmpty()).isTrue();
        assertThat(map.keys()).isEmpty();
        assertThat(List.of(a.cancels, b.cancels)).containsExactly(1, 1);
    }

    @Test
    void detachAll_tasksRunOn() {
        spawnBoth();
        map.detachAll();
        assertThat(map.keys()).isEmpty();
        a.end(1);
        b.end(2);
        runtime.run();
        assertThat(List.of(a.cancels, b.cancels)).containsExactly(0, 0);
        assertThat(map.tryJoinNext()).isNull();
    }

    @Test
    void close_drop_abortsAll() {
        spawnBoth();
        map.close();
        runtime.run();
        assertThat(map.containsKey("a")).isFalse();
        assertThat(List.of(a.cancels, b.cancels)).containsExactly(1, 1);
    }

    private void spawnBoth() {
        map.spawn("a", runtime.handle(), a);
        map.spawn("b", runtime.handle(), b);
        runtime.run();
    }
}
