package io.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The lines that a real Collector can bring about, with its own receivers at the far end. Runs where
 * {@code -Dconformance.collector} names the program that {@code .ci/run collector} builds.
 */
@EnabledIfSystemProperty(named = "conformance.collector", matches = ".+")
class CollectorConformanceTest extends ConformanceSuite {

    private static CollectorPeers collector;

    @BeforeAll
    static void run(@TempDir Path folder) throws Exception {
        Path program = Path.of(System.getProperty("conformance.collector"));
        collector = new CollectorPeers(program, Identities.issue(folder), folder);
        run("the Collector", collector);
    }

    /** No line of the specification, but the reason why a request that is too large need not be lost. */
    @ParameterizedTest
    @EnumSource
    void requestThatTheCollectorFindsTooLarge_arrivesInParts(Protocol protocol) throws Exception {
        try (Peer peer = new Peer(collector.openNarrow(protocol), "http")) {
            peer.door().open();
            Map<String, String> settings = new HashMap<>(peer.settings());
            settings.put("otel.exporter.otlp.protocol", protocol.setting);
            try (Client client = Client.start(Product.SLUICE, settings)) {
                Set<String> driven = Set.of(client.span(400_000), client.span(400_000), client.span(400_000));
                assertThat(client.flush()).isTrue();

                assertThat(peer.items()).isEqualTo(driven);
                assertThat(peer.seen()).hasSizeGreaterThan(1);
                assertThat(peer.seen().stream()
                                .mapToInt(request -> request.items().size())
                                .sum())
                        .isEqualTo(driven.size());
                assertThat(client.countedAsLost()).isZero();
            }
        }
    }

    @AfterAll
    static void stop() throws InterruptedException {
        collector.close();
    }
}
