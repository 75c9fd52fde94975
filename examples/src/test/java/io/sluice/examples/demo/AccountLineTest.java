package io.sluice.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.batching.AccountSnapshot;
import io.sluice.examples.collector.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccountLineTest {

    @TempDir
    Path directory;

    @Test
    void read_givesWhatAHopWrites() throws IOException {
        AccountSnapshot written = new AccountSnapshot(
                90, new TreeMap<>(Map.of("queue_full", 7L, "closed", 3L)), 80, 4, new TreeMap<>(Map.of("aborted", 5L)));
        Path file = Files.writeString(directory.resolve("account"), written.toJson("agent", "traces") + "\n");

        assertThat(AccountLine.read(file))
                .containsExactly(new AccountLine(
                        "agent",
                        "traces",
                        100,
                        90,
                        Map.of("queue_full", 7L, "closed", 3L),
                        80,
                        4,
                        Map.of("aborted", 5L),
                        1));
    }

    @Test
    void read_ofSomethingElse_fails() throws IOException {
        Path file = Files.writeString(directory.resolve("account"), "{\"hop\":\"agent\"}\n");

        assertThatThrownBy(() -> AccountLine.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("signal");
    }

    @Test
    void read_ofNoFile_givesNoLines() throws IOException {
        assertThat(AccountLine.read(directory.resolve("none"))).isEmpty();
    }

    @Test
    void table_showsEveryHopOfASignalAndTheFarEnd() {
        AccountLine agent = new AccountLine(
                "agent", "metrics", 1_200, 1_190, Map.of("queue_full", 10L), 1_180, 4, Map.of("aborted", 5L), 1);
        Evidence evidence = new Evidence(
                List.of(),
                List.of(new Evidence.Hop("agent", List.of(agent))),
                new Report(0, 0, List.of(), List.of(), Map.of("jvm.cpu.time", 1_180L), 0));

        assertThat(AccountTable.of(evidence).lines())
                .containsExactly(
                        "hop        signal     offered =  accepted + refused     delivered + rejected + dropped",
                        "agent      metrics      1,200 =     1,190 +      10         1,180 +        4 +       5 + 1 pending",
                        "collector  metrics      1,180   kept by the far end");
    }
}
