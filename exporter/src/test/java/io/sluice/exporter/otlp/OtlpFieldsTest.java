package io.sluice.exporter.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import io.opentelemetry.proto.collector.logs.v1.LogsServiceProto;
import io.opentelemetry.proto.collector.metrics.v1.MetricsServiceProto;
import io.opentelemetry.proto.collector.trace.v1.TraceServiceProto;
import io.opentelemetry.proto.common.v1.CommonProto;
import io.opentelemetry.proto.logs.v1.LogsProto;
import io.opentelemetry.proto.metrics.v1.MetricsProto;
import io.opentelemetry.proto.resource.v1.ResourceProto;
import io.opentelemetry.proto.trace.v1.TraceProto;
import java.lang.reflect.Field;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OtlpFieldsTest {

    private static Map<String, Descriptor> messages() {
        Map<String, Descriptor> messages = new HashMap<>();
        for (FileDescriptor file : List.of(
                TraceServiceProto.getDescriptor(),
                MetricsServiceProto.getDescriptor(),
                LogsServiceProto.getDescriptor(),
                CommonProto.getDescriptor(),
                ResourceProto.getDescriptor(),
                TraceProto.getDescriptor(),
                MetricsProto.getDescriptor(),
                LogsProto.getDescriptor())) {
            for (Descriptor message : file.getMessageTypes()) {
                messages.put(message.getName(), message);
                message.getNestedTypes().forEach(nested -> messages.put(nested.getName(), nested));
            }
        }
        return messages;
    }

    @Test
    void everyNumber_equalsTheGeneratedDescriptors() throws IllegalAccessException {
        Map<String, Descriptor> messages = messages();
        int checked = 0;
        for (Class<?> message : OtlpFields.class.getDeclaredClasses()) {
            Descriptor descriptor = messages.get(message.getSimpleName());
            assertThat(descriptor).as(message.getSimpleName()).isNotNull();
            for (Field constant : message.getDeclaredFields()) {
                FieldDescriptor field =
                        descriptor.findFieldByName(constant.getName().toLowerCase(Locale.ROOT));
                assertThat(field)
                        .as(message.getSimpleName() + "." + constant.getName())
                        .isNotNull();
                assertThat(constant.getInt(null))
                        .as(message.getSimpleName() + "." + constant.getName())
                        .isEqualTo(field.getNumber());
                checked++;
            }
        }
        assertThat(checked).isGreaterThan(120);
    }

    /** What {@link OtlpEncoder} relies on: the envelopes of the three signals have the same numbers. */
    @Test
    void envelopes_ofAllSignals_haveTheSameNumbers() {
        assertThat(OtlpFields.ExportMetricsServiceRequest.RESOURCE_METRICS)
                .isEqualTo(OtlpFields.ExportLogsServiceRequest.RESOURCE_LOGS)
                .isEqualTo(OtlpFields.ExportTraceServiceRequest.RESOURCE_SPANS);
        assertThat(List.of(
                        OtlpFields.ResourceMetrics.RESOURCE,
                        OtlpFields.ResourceMetrics.SCOPE_METRICS,
                        OtlpFields.ResourceMetrics.SCHEMA_URL,
                        OtlpFields.ScopeMetrics.SCOPE,
                        OtlpFields.ScopeMetrics.METRICS,
                        OtlpFields.ScopeMetrics.SCHEMA_URL))
                .isEqualTo(List.of(
                        OtlpFields.ResourceLogs.RESOURCE,
                        OtlpFields.ResourceLogs.SCOPE_LOGS,
                        OtlpFields.ResourceLogs.SCHEMA_URL,
                        OtlpFields.ScopeLogs.SCOPE,
                        OtlpFields.ScopeLogs.LOG_RECORDS,
                        OtlpFields.ScopeLogs.SCHEMA_URL))
                .isEqualTo(List.of(
                        OtlpFields.ResourceSpans.RESOURCE,
                        OtlpFields.ResourceSpans.SCOPE_SPANS,
                        OtlpFields.ResourceSpans.SCHEMA_URL,
                        OtlpFields.ScopeSpans.SCOPE,
                        OtlpFields.ScopeSpans.SPANS,
                        OtlpFields.ScopeSpans.SCHEMA_URL));
    }
}
