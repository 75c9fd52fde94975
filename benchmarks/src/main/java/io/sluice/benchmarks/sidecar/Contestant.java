package io.sluice.benchmarks.sidecar;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Whose sidecar runs, with what settings. */
enum Contestant {
    SLUICE("Sluice"),
    COLLECTOR("Collector"),
    COLLECTOR_LOSSLESS("Collector, lossless");

    private static final String DEFAULT_EXPORTER = "";

    /** Back-pressure to the sender and no answer before delivery: its best documented settings that need no disk. */
    private static final String LOSSLESS_EXPORTER = """
                sending_queue:
                  sizer: bytes
                  queue_size: 67108864
                  block_on_overflow: true
                  wait_for_result: true
                  batch:
                    flush_timeout: 200ms
                    sizer: bytes
                    min_size: 524288
                    max_size: 3670016
                retry_on_failure:
                  max_elapsed_time: 0
            """;

    /** Of gzip on both sides over HTTP. Over gRPC the Collector's cannot be chosen and is 6, so ours is 6 there. */
    private static final int HTTP_LEVEL = 1;

    private static final int GRPC_LEVEL = 6;

    private static final String COLLECTOR_LEVEL = """
                compression_params:
                  level: %d
            """;

    private static final String COLLECTOR_CONFIGURATION = """
            receivers:
              otlp:
                protocols:
                  %s:
                    endpoint: 127.0.0.1:%d
            processors:
              memory_limiter:
                check_interval: 1s
                limit_mib: 256
                spike_limit_mib: 51
              batch:
            exporters:
              %s:
                endpoint: %s
                compression: %s
            %s    tls:
                  insecure: true
            %sservice:
              telemetry:
                metrics:
                  level: none
                logs:
                  level: error
              pipelines:
                traces:
                  receivers: [otlp]
                  processors: [%s]
                  exporters: [%s]
            """;

    private final String label;

    Contestant(String label) {
        this.label = label;
    }

    String label() {
        return label;
    }

    boolean isOurs() {
        return this == SLUICE;
    }

    /** How to start it so that it takes at {@code port} what it forwards to {@code sink}. */
    ProcessBuilder command(Programs programs, Way way, int port, int sink, Path workplace) throws IOException {
        ProcessBuilder command = switch (this) {
            case SLUICE -> ours(programs, way, port, sink);
            case COLLECTOR, COLLECTOR_LOSSLESS -> {
                Path file = workplace.resolve(name() + "-" + port + ".yaml");
                Files.writeString(file, configuration(way, port, sink));
                yield new ProcessBuilder(programs.collector().toString(), "--config=file:" + file);
            }
        };
        return command.redirectErrorStream(true)
                .redirectOutput(workplace.resolve(name() + "-" + port + ".log").toFile());
    }

    private static ProcessBuilder ours(Programs programs, Way way, int port, int sink) {
        ProcessBuilder command = new ProcessBuilder(programs.sidecar());
        command.environment()
                .putAll(Map.of(
                        "SLUICE_SIDECAR_LISTEN",
                        "127.0.0.1:" + port,
                        "OTEL_EXPORTER_OTLP_ENDPOINT",
                        "http://127.0.0.1:" + sink,
                        "OTEL_EXPORTER_OTLP_PROTOCOL",
                        way.protocol() == Way.Protocol.HTTP ? "http/protobuf" : "grpc",
                        "OTEL_EXPORTER_OTLP_COMPRESSION",
                        way.gzip() ? "gzip" : "none",
                        "SLUICE_COMPRESSION_LEVEL",
                        Integer.toString(way.protocol() == Way.Protocol.HTTP ? HTTP_LEVEL : GRPC_LEVEL)));
        return command;
    }

    private String configuration(Way way, int port, int sink) {
        boolean http = way.protocol() == Way.Protocol.HTTP;
        boolean lossless = this == COLLECTOR_LOSSLESS;
        String exporter = http ? "otlp_http" : "otlp_grpc";
        return COLLECTOR_CONFIGURATION.formatted(
                http ? "http" : "grpc",
                port,
                exporter,
                (http ? "http://" : "") + "127.0.0.1:" + sink,
                way.gzip() ? "gzip" : "none",
                http && way.gzip() ? COLLECTOR_LEVEL.formatted(HTTP_LEVEL) : "",
                lossless ? LOSSLESS_EXPORTER : DEFAULT_EXPORTER,
                lossless ? "memory_limiter" : "memory_limiter, batch",
                exporter);
    }

    /** Those that there are: ours alone where no Collector was built. */
    static List<Contestant> present(Programs programs) {
        return programs.hasCollector() ? List.of(values()) : List.of(SLUICE);
    }
}
