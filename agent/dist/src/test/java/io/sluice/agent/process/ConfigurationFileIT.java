package io.sluice.agent.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.agent.process.HostProgram.Ending;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The agent as the user's exporter lists and configuration files ask for it. */
class ConfigurationFileIT {

    private static final int SPANS = 100;

    @TempDir
    Path directory;

    @AutoClose
    private final OtlpSink sink = new OtlpSink();

    @Test
    void batchAndPeriodicOfOtlp_inTheFile_goOurWay() throws Exception {
        Path file =
                Files.writeString(directory.resolve("otel.yaml"), """
                file_format: "1.0"
                tracer_provider:
                  processors:
                    - batch:
                        max_queue_size: 4096
                        exporter:
                          otlp_http:
                            endpoint: ${sluice.test.http}/v1/traces
                            compression: gzip
                            headers:
                              - name: api-key
                                value: "secret, with comma"
                    - simple:
                        exporter:
                          console:
                meter_provider:
                  readers:
                    - periodic:
                        interval: 3600000
                        exporter:
                          otlp_http:
                            endpoint: ${sluice.test.http}/v1/metrics
                        cardinality_limits:
                          default: 100
                logger_provider:
                  processors:
                    - batch:
                        exporter:
                          otlp_grpc:
                            endpoint: ${sluice.test.grpc}
                """.replace("${sluice.test.http}", sink.endpoint())
                        .replace("${sluice.test.grpc}", sink.grpcEndpoint()));

        AgentRun.Result result =
                new AgentRun(directory).set("otel.config.file", file.toString()).run(Ending.RETURN, SPANS);

        assertThat(result.exitValue()).as(result.err()).isZero();
        assertThat(result.spanIds()).hasSize(SPANS);
        assertThat(sink.spanIds).as(result.err()).containsExactlyInAnyOrderElementsOf(result.spanIds());
        assertThat(sink.metricNames).contains("host.counter", "sluice.queue.size");
        assertThat(sink.logBodies).containsExactly("host says hello");
        assertThat(sink.malformed).isEmpty();
        assertThat(sink.userAgents).allMatch(agent -> agent.startsWith("Sluice-OTLP-Exporter-Java/"));
        assertThat(result.account("traces")).contains("\"offered\":" + SPANS + ",", "\"delivered\":" + SPANS + ",");
        assertThat(result.err() + result.out()).as("the console stays").contains("LoggingSpanExporter");
    }

    @Test
    void consoleBesideOtlp_isKept_andSpansLeaveOurWayOnce() throws Exception {
        AgentRun.Result result = new AgentRun(directory)
                .set("otel.exporter.otlp.endpoint", sink.endpoint())
                .set("otel.traces.exporter", "console,otlp")
                .set("otel.logs.exporter", "none")
                .run(Ending.RETURN, SPANS);

        assertThat(sink.spanIds).containsExactlyInAnyOrderElementsOf(result.spanIds());
        assertThat(sink.userAgents).allMatch(agent -> agent.startsWith("Sluice-OTLP-Exporter-Java/"));
        assertThat(sink.logBodies).isEmpty();
        assertThat(result.err().lines().filter(line -> line.contains("LoggingSpanExporter")))
                .hasSize(SPANS);
    }
}
