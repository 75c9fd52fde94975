package io.sluice.exporter.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.FileDescriptor;
import io.opentelemetry.proto.collector.logs.v1.LogsServiceProto;
import io.opentelemetry.proto.collector.metrics.v1.MetricsServiceProto;
import io.opentelemetry.proto.collector.trace.v1.TraceServiceProto;
import io.sluice.exporter.Signal;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OtlpMethodsTest {

    @Test
    void names_areThoseOfTheGeneratedDescriptors() {
        Map<Signal, FileDescriptor> files = Map.of(
                Signal.TRACES, TraceServiceProto.getDescriptor(),
                Signal.METRICS, MetricsServiceProto.getDescriptor(),
                Signal.LOGS, LogsServiceProto.getDescriptor());
        files.forEach((signal, file) -> {
            var service = file.getServices().get(0);
            String name =
                    service.getFullName() + "/" + service.getMethods().get(0).getName();

            assertThat(OtlpMethods.of(signal).getFullMethodName()).isEqualTo(name);
        });
    }
}
