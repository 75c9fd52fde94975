package io.sluice.exporter.otlp;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * Messages as OTLP's JSON, by their descriptors: protobuf's mapping but for ids, which are hexadecimal, and enums, which
 * are numbers.
 */
final class OtlpJsonText {

    private OtlpJsonText() {}

    static String of(Message message) {
        StringBuilder json = new StringBuilder();
        append(message, json);
        return json.toString();
    }

    private static void append(Message message, StringBuilder json) {
        json.append('{');
        String separator = "";
        for (Map.Entry<FieldDescriptor, Object> field : message.getAllFields().entrySet()) {
            json.append(separator)
                    .append('"')
                    .append(field.getKey().getJsonName())
                    .append("\":");
            if (field.getValue() instanceof List<?> list) {
                json.append('[');
                for (int i = 0; i < list.size(); i++) {
                    json.append(i == 0 ? "" : ", ");
                    value(field.getKey(), list.get(i), json);
                }
                json.append(']');
            } else {
                value(field.getKey(), field.getValue(), json);
            }
            separator = ",";
        }
        json.append('}');
    }

    private static void value(FieldDescriptor field, Object value, StringBuilder json) {
        switch (field.getType()) {
            case MESSAGE -> append((Message) value, json);
            case STRING -> quote((String) value, json);
            case BYTES ->
                json.append('"')
                        .append(bytes(field.getName(), (ByteString) value))
                        .append('"');
            case ENUM -> json.append(((EnumValueDescriptor) value).getNumber());
            case UINT32, FIXED32 -> json.append(Integer.toUnsignedLong((Integer) value));
            case UINT64, FIXED64 ->
                json.append('"').append(Long.toUnsignedString((Long) value)).append('"');
            case INT64, SFIXED64, SINT64 -> json.append('"').append(value).append('"');
            case DOUBLE -> {
                double real = (Double) value;
                String quote = Double.isFinite(real) ? "" : "\"";
                json.append(quote).append(real).append(quote);
            }
            default -> json.append(value);
        }
    }

    private static String bytes(String field, ByteString value) {
        return switch (field) {
            case "trace_id", "span_id", "parent_span_id", "profile_id" ->
                HexFormat.of().formatHex(value.toByteArray());
            default -> Base64.getEncoder().encodeToString(value.toByteArray());
        };
    }

    private static void quote(String text, StringBuilder json) {
        json.append('"');
        for (char c : text.toCharArray()) {
            if (c < 0x20 || c == '"' || c == '\\') {
                json.append(String.format("\\u%04x", (int) c));
            } else {
                json.append(c);
            }
        }
        json.append('"');
    }
}
