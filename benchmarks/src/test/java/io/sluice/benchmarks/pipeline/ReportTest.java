package io.sluice.benchmarks.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The aims and the verdict, from figures that are given. */
class ReportTest {

    private static final Pipeline OURS = Pipeline.of(Side.SLUICE, Protocol.HTTP);
    private static final Pipeline UPSTREAM = Pipeline.of(Side.UPSTREAM, Protocol.HTTP);

    private final Results results = new Results();

    @Test
    void verdict_whenAllIsReached_saysSo() {
        Workload paced = Workload.spans("p1", "paced", 50_000, 1, List.of(OURS, UPSTREAM, Plan.sdkAlone()));
        results.add(paced, List.of(outcome(0, 310, 20, 400), outcome(0, 450, 100, 9_000), outcome(0, 300, 0, 0)));

        assertThat(last()).startsWith("verdict: aims met 4, missed 0, worst 0.80 times the aim (CPU a span");
    }

    @Test
    void verdict_namesTheAimThatIsMissedMost() {
        Workload paced = Workload.spans("p1", "paced", 50_000, 1, List.of(OURS, UPSTREAM));
        results.add(paced, List.of(outcome(0, 310, 100, 3_200_000), outcome(0, 350, 100, 0)));

        assertThat(last())
                .isEqualTo("verdict: aims met 1, missed 2, worst 4.00 times the aim"
                        + " (CPU a span <= 0.25 of upstream's (p1): p1 HTTP: 100 ms per 100k, 1.00 of upstream's)");
    }

    @Test
    void loss_thatIsNotAllowed_isWorseThanAnything() {
        Workload slow = Workload.slowSink("p5.20k", 20_000, 1, List.of(OURS));
        results.add(slow, List.of(outcome(1, 310, 20, 0)));

        assertThat(last()).contains("missed 1, worst ∞ times the aim", "p5.20k HTTP: lost 1");
    }

    @Test
    void rate_thatUpstreamReachesTenTimesLess_isMet() {
        results.add(new Results.Largest(OURS, 1, 100_000));
        results.add(new Results.Largest(UPSTREAM, 1, 10_000));

        assertThat(last()).contains("met 1, missed 0, worst 1.00 times the aim");
    }

    private String last() {
        List<String> page = new Report(results).render("");
        return page.get(page.size() - 1);
    }

    /** 100,000 items in a second. */
    private static Outcome outcome(long lost, double p50Nanos, long pipelineMillis, long allocatedBytes) {
        long emitted = 100_000 + lost;
        return new Outcome(
                emitted,
                1,
                100_000,
                100_000,
                0,
                10,
                p50Nanos,
                0,
                p50Nanos,
                pipelineMillis * 1_000_000,
                0,
                0,
                allocatedBytes,
                0,
                1);
    }
}
