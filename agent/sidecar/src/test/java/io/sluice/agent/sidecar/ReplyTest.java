package io.sluice.agent.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.batching.DropReason;
import io.sluice.exporter.AnswerCode;
import io.sluice.exporter.Outcome;
import io.sluice.exporter.transport.HttpResponse;
import io.sluice.runtime.testkit.StepRuntime;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A request of ten items. */
class ReplyTest {

    private static final Outcome DELIVERED = new Outcome.Delivered();
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final StepRuntime steps = new StepRuntime();
    private final List<HttpResponse> answers = new ArrayList<>();
    private final Reply reply = Reply.within(Duration.ofSeconds(5), 10, answers::add, steps.handle());

    @AfterEach
    void nothingIsLeftBehind() {
        steps.run();
        assertThat(steps.handle().timeDriver().timers()).isZero();
        steps.close();
    }

    private HttpResponse answer() {
        steps.run();
        assertThat(answers).hasSize(1);
        return answers.get(0);
    }

    private static Outcome rejected(AnswerCode code) {
        return new Outcome.Rejected("no such tenant", Optional.of(code));
    }

    private int grpcCode() {
        return answer().grpcStatus().orElseThrow().code();
    }

    @Test
    void delivered_isSuccess_onceTheLastItemIs() {
        reply.settled(4, DELIVERED);
        steps.run();
        assertThat(answers).isEmpty();
        reply.settled(6, DELIVERED);
        assertThat(answer().status()).isEqualTo(200);
        assertThat(answer().body()).isEmpty();
    }

    @Test
    void rejected_hasTheDestinationsStatus() {
        reply.settled(10, rejected(new AnswerCode.Http(403)));
        assertThat(answer().status()).isEqualTo(403);
        assertThat(grpcCode()).isEqualTo(7);
        assertThat(new String(answer().body(), StandardCharsets.UTF_8)).contains("no such tenant");
    }

    @Test
    void rejectedOverGrpc_hasTheDestinationsCode() {
        reply.settled(10, rejected(new AnswerCode.Grpc(16)));
        assertThat(answer().status()).isEqualTo(401);
        assertThat(grpcCode()).isEqualTo(16);
    }

    @Test
    void partlyRejected_isPartialSuccess() throws Exception {
        reply.settled(10, new Outcome.PartlyRejected(3, "three are bad"));
        assertPartial(3, "three are bad");
    }

    @Test
    void aPartRejected_isPartialSuccess() throws Exception {
        reply.settled(7, DELIVERED);
        reply.settled(3, rejected(new AnswerCode.Http(400)));
        assertPartial(3, "no such tenant");
    }

    private void assertPartial(long rejected, String message) throws Exception {
        var partial = io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse.parseFrom(answer().body())
                .getPartialSuccess();
        assertThat(answer().status()).isEqualTo(200);
        assertThat(partial.getRejectedSpans()).isEqualTo(rejected);
        assertThat(partial.getErrorMessage()).isEqualTo(message);
    }

    @Test
    void dropped_mayComeAgain() {
        reply.settled(10, new Outcome.Dropped(DropReason.RETRIES_EXHAUSTED));
        assertThat(answer().status()).isEqualTo(503);
        assertThat(answer().grpcStatus().orElseThrow().retryAfter()).isPresent();
        assertThat(grpcCode()).isEqualTo(14);
    }

    @Test
    void tooLarge_needNotComeAgain() {
        reply.settled(10, new Outcome.Dropped(DropReason.TOO_LARGE));
        assertThat(answer().status()).isEqualTo(413);
        assertThat(answer().grpcStatus().orElseThrow().retryAfter()).isEmpty();
    }

    @Test
    void notSettledInTime_mayComeAgain_andWhatFollowsIsNotHeard() {
        steps.advance(Duration.ofSeconds(6), SECOND);
        assertThat(answer().status()).isEqualTo(503);
        assertThat(new String(answer().body(), StandardCharsets.UTF_8)).contains("still held");
        reply.settled(10, DELIVERED);
        assertThat(answer().status()).isEqualTo(503);
    }

    @Test
    void abandoned_isNotAnswered() {
        reply.abandon();
        steps.run();
        assertThat(answers).isEmpty();
    }
}
