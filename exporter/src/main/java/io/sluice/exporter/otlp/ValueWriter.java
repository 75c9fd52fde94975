package io.sluice.exporter.otlp;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.common.Value;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Writes attributes and values: OTLP's {@code KeyValue} and {@code AnyValue}. Belongs to one {@link ProtoOutput}. */
final class ValueWriter {

    private final ProtoOutput out;

    /** Kept, so that walking attributes allocates no closure. */
    private final BiConsumer<AttributeKey<?>, Object> attributeWriter = this::attribute;

    /** Field of the attributes that are being walked; attributes do not nest. */
    private int attributesField;

    ValueWriter(ProtoOutput out) {
        this.out = out;
    }

    /** Each attribute as an element of the repeated {@code field}. */
    void attributes(int field, Attributes attributes) {
        if (!attributes.isEmpty()) {
            attributesField = field;
            attributes.forEach(attributeWriter);
        }
    }

    private void attribute(AttributeKey<?> key, Object value) {
        out.begin(attributesField);
        out.optionalString(OtlpFields.KeyValue.KEY, key.getKey());
        out.begin(OtlpFields.KeyValue.VALUE);
        content(value);
        out.end();
        out.end();
    }

    /** {@code value} as the message {@code field}. */
    void value(int field, Value<?> value) {
        out.begin(field);
        content(value);
        out.end();
    }

    /**
     * The oneof inside an AnyValue, by the Java type, which the attribute key's type fixes. A null, which applications
     * put into arrays, is an AnyValue without content: the specification keeps it in its place.
     */
    private void content(@Nullable Object value) {
        if (value instanceof String text) {
            out.string(OtlpFields.AnyValue.STRING_VALUE, text);
        } else if (value instanceof Long number) {
            out.varint(OtlpFields.AnyValue.INT_VALUE, number);
        } else if (value instanceof Boolean flag) {
            out.bool(OtlpFields.AnyValue.BOOL_VALUE, flag);
        } else if (value instanceof Double number) {
            out.real(OtlpFields.AnyValue.DOUBLE_VALUE, number);
        } else if (value instanceof List<?> list) {
            array(list);
        } else if (value instanceof Value<?> nested) {
            nested(nested);
        } else if (value != null) {
            throw new IllegalArgumentException(
                    "an attribute of type " + value.getClass().getName() + " has no OTLP form");
        }
    }

    private void nested(Value<?> value) {
        switch (value.getType()) {
            case STRING, BOOLEAN, LONG, DOUBLE, ARRAY -> content(value.getValue());
            case KEY_VALUE_LIST -> keyValues((List<?>) value.getValue());
            case BYTES -> out.bytes(OtlpFields.AnyValue.BYTES_VALUE, (ByteBuffer) value.getValue());
            default -> {} // an empty value is an AnyValue without content
        }
    }

    private void array(List<?> values) {
        out.begin(OtlpFields.AnyValue.ARRAY_VALUE);
        for (Object value : values) {
            out.begin(OtlpFields.ArrayValue.VALUES);
            content(value);
            out.end();
        }
        out.end();
    }

    private void keyValues(List<?> entries) {
        out.begin(OtlpFields.AnyValue.KVLIST_VALUE);
        for (Object entry : entries) {
            KeyValue keyValue = (KeyValue) entry;
            out.begin(OtlpFields.KeyValueList.VALUES);
            out.optionalString(OtlpFields.KeyValue.KEY, keyValue.getKey());
            value(OtlpFields.KeyValue.VALUE, keyValue.getValue());
            out.end();
        }
        out.end();
    }
}
