package io.sluice.examples.shop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class OpenRequestsTest {

    private final OpenRequests open = new OpenRequests();

    @Test
    void awaitNone_withoutRequests_returnsAndRefusesMore() {
        open.awaitNone(1, TimeUnit.HOURS);

        assertThat(open.begin()).isFalse();
    }

    @Test
    void awaitNone_returnsOnceTheLastRequestEnded() {
        open.begin();
        CompletableFuture<Void> stop = CompletableFuture.runAsync(() -> open.awaitNone(1, TimeUnit.HOURS));
        boolean nested = open.begin();
        open.end();
        assertThat(stop).isNotDone();

        open.end();

        assertThat(nested).isTrue();
        assertThat(stop.orTimeout(10, TimeUnit.SECONDS).join()).isNull();
        assertThat(open.begin()).isFalse();
    }

    @Test
    void awaitNone_givesUpAtItsLimit() {
        open.begin();

        open.awaitNone(1, TimeUnit.MILLISECONDS);

        assertThat(open.begin()).isFalse();
    }
}
