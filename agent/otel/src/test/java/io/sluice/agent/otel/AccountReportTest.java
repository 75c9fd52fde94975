package io.sluice.agent.otel;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.batching.AccountSnapshot;
import io.sluice.exporter.Signal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccountReportTest {

    private final List<String> lines = new ArrayList<>();
    private final AccountSnapshot account =
            new AccountSnapshot(9, new TreeMap<>(Map.of("queue_full", 1L)), 8, 0, new TreeMap<>(Map.of("aborted", 1L)));

    @Test
    void account_isToldInOneLine() {
        new AccountReport(lines::add, Optional.empty()).tell(Signal.TRACES, account);

        assertThat(lines).singleElement().asString().startsWith("traces: offered 10 = 9 accepted + 1 refused");
    }

    @Test
    void account_isAppendedToFile_aLineEach(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("account.jsonl");
        AccountReport report = new AccountReport(lines::add, Optional.of(file));

        report.tell(Signal.TRACES, account);
        report.tell(Signal.LOGS, account);

        assertThat(Files.readAllLines(file))
                .containsExactly(account.toJson("agent", "traces"), account.toJson("agent", "logs"));
    }

    @Test
    void file_thatCannotBeWritten_isTold(@TempDir Path directory) {
        new AccountReport(lines::add, Optional.of(directory.resolve("none").resolve("account")))
                .tell(Signal.TRACES, account);

        assertThat(lines).hasSize(2);
        assertThat(lines.get(1)).startsWith("account file not written: ");
    }
}
