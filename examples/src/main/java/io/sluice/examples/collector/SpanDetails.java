package io.sluice.examples.collector;

import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.util.ArrayList;
import java.util.List;

/** The few attributes of a span that tell it from others of its name. */
final class SpanDetails {

    /** In the order in which they are printed; of old and new names for the same thing a span has one. */
    private static final List<String> TELLING = List.of(
            "http.response.status_code",
            "http.status_code",
            "url.full",
            "url.query",
            "messaging.destination.name",
            "rpc.service",
            "db.system",
            "db.system.name",
            "db.statement",
            "db.query.text",
            "error.type");

    private static final int VALUE_COLUMNS = 60;

    private SpanDetails() {}

    static String of(Span span) {
        List<String> details = new ArrayList<>();
        for (String key : TELLING) {
            span.getAttributesList().stream()
                    .filter(attribute -> attribute.getKey().equals(key))
                    .map(KeyValue::getValue)
                    .forEach(value -> details.add(Printable.text(text(value), VALUE_COLUMNS)));
        }
        if (span.getStatus().getCode() == Status.StatusCode.STATUS_CODE_ERROR) {
            details.add("ERROR " + Printable.text(span.getStatus().getMessage(), VALUE_COLUMNS));
        }
        return String.join(" ", details).strip();
    }

    private static String text(AnyValue value) {
        return switch (value.getValueCase()) {
            case STRING_VALUE -> value.getStringValue();
            case BOOL_VALUE -> String.valueOf(value.getBoolValue());
            case INT_VALUE -> String.valueOf(value.getIntValue());
            case DOUBLE_VALUE -> String.valueOf(value.getDoubleValue());
            default -> value.getValueCase().name();
        };
    }
}
