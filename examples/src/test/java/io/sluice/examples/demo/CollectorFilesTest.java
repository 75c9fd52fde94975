package io.sluice.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.Sum;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CollectorFilesTest {

    @TempDir
    Path directory;

    @Test
    void read_gathersAllMessages() throws IOException {
        CollectorFiles files = CollectorFiles.read(
                write("traces", span("1", "b", "a"), span("2", "a", "b")),
                write("metrics", metric("io.opentelemetry.sdk.trace", "queueSize"), metric("jvm", "jvm.cpu.time")));

        assertThat(files.sortedSpanIds()).containsExactly("31", "32");
        assertThat(files.shapes()).isEqualTo(Map.of("jdbc SELECT SPAN_KIND_CLIENT STATUS_CODE_UNSET[a, b]", 2L));
        assertThat(files.dataPoints()).isEqualTo(Map.of("queueSize", 1L, "jvm.cpu.time", 1L));
        assertThat(files.allDataPoints()).isEqualTo(2);
        assertThat(files.applicationMetrics()).containsExactly("jvm jvm.cpu.time");
    }

    @Test
    void read_ofFileThatIsCutShort_fails() throws IOException {
        Path whole = write("traces", span("1"));
        byte[] bytes = Files.readAllBytes(whole);
        for (int length : List.of(2, bytes.length - 1)) {
            Path cut = Files.write(directory.resolve("cut"), Arrays.copyOf(bytes, length));

            assertThatThrownBy(() -> CollectorFiles.read(cut, write("metrics")))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("ends within");
        }
    }

    @Test
    void difference_namesWhatOnlyOneHas() {
        assertThat(CollectorFiles.difference(Map.of("a", 3L, "b", 1L), Map.of("a", 1L, "b", 1L, "c", 2L)))
                .isEqualTo("2 x a; -2 x c");
    }

    private static ExportTraceServiceRequest span(String id, String... attributes) {
        Span.Builder span = Span.newBuilder()
                .setSpanId(ByteString.copyFromUtf8(id))
                .setName("SELECT")
                .setKind(Span.SpanKind.SPAN_KIND_CLIENT);
        for (String attribute : attributes) {
            span.addAttributes(KeyValue.newBuilder().setKey(attribute));
        }
        ExportTraceServiceRequest.Builder request = ExportTraceServiceRequest.newBuilder();
        request.addResourceSpansBuilder()
                .addScopeSpansBuilder()
                .setScope(InstrumentationScope.newBuilder().setName("jdbc"))
                .addSpans(span);
        return request.build();
    }

    private static ExportMetricsServiceRequest metric(String scope, String name) {
        ExportMetricsServiceRequest.Builder request = ExportMetricsServiceRequest.newBuilder();
        request.addResourceMetricsBuilder()
                .addScopeMetricsBuilder()
                .setScope(InstrumentationScope.newBuilder().setName(scope))
                .addMetrics(Metric.newBuilder()
                        .setName(name)
                        .setSum(Sum.newBuilder().addDataPoints(NumberDataPoint.getDefaultInstance())));
        return request.build();
    }

    private Path write(String name, MessageLite... messages) throws IOException {
        Path file = directory.resolve(name);
        try (DataOutputStream out = new DataOutputStream(Files.newOutputStream(file))) {
            for (MessageLite message : messages) {
                out.writeInt(message.getSerializedSize());
                message.writeTo(out);
            }
        }
        return file;
    }
}
