package io.sluice.exporter.otlp;

import io.sluice.exporter.testing.Mutations;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Changes protobuf messages so that most of them stay messages: fields are left out, doubled, exchanged, made unknown,
 * or changed inside, and the lengths around a change are corrected.
 */
final class FieldMutation {

    private static final byte[][] STRANGERS = {
        {(byte) 0x98, 0x06, 0x07}, // field 99, a number
        {(byte) 0x9a, 0x06, 0x03, 1, 2, 3}, // field 99, bytes
        {(byte) 0x9b, 0x06, 0x08, 0x01, (byte) 0x9c, 0x06}, // field 99, a group
        {0x10, 0x05}, // field 2, a number
        {0x0a, 0x00}, // field 1, empty
        {0x12, 0x00}, // field 2, empty
        {0x2a, 0x02, 0x0a, 0x00}, // a gauge with one empty point
        {0x3a, 0x04, 0x0a, 0x00, 0x0a, 0x00}, // a sum with two
    };

    private FieldMutation() {}

    static byte[] apply(byte[] message, Random random) {
        List<byte[]> fields = new ArrayList<>();
        List<Integer> contents = new ArrayList<>();
        FieldWalk walk = new FieldWalk(message, 0, message.length);
        while (walk.next()) {
            fields.add(Arrays.copyOfRange(message, walk.start(), walk.end()));
            contents.add(walk.isDelimited() ? walk.contentStart() - walk.start() : -1);
        }
        if (walk.isBroken() || fields.isEmpty() || random.nextInt(20) == 0) {
            return Mutations.bytes(message, random);
        }
        change(fields, contents, random);
        ByteArrayOutputStream changed = new ByteArrayOutputStream();
        fields.forEach(changed::writeBytes);
        return changed.toByteArray();
    }

    private static void change(List<byte[]> fields, List<Integer> contents, Random random) {
        int at = random.nextInt(fields.size());
        if (contents.get(at) >= 0 && random.nextInt(10) < 6) {
            fields.set(at, inside(fields.get(at), contents.get(at), random));
            return;
        }
        switch (random.nextInt(5)) {
            case 0 -> fields.remove(at);
            case 1 -> fields.add(random.nextInt(fields.size() + 1), fields.get(at));
            case 2 -> Collections.swap(fields, at, random.nextInt(fields.size()));
            case 3 -> fields.add(at, STRANGERS[random.nextInt(STRANGERS.length)]);
            default -> fields.set(at, Mutations.bytes(fields.get(at), random));
        }
    }

    /** A length-delimited field whose content is changed and whose length is right. */
    private static byte[] inside(byte[] field, int contentStart, Random random) {
        byte[] content = apply(Arrays.copyOfRange(field, contentStart, field.length), random);
        FieldWalk walk = new FieldWalk(field, 0, field.length);
        walk.next();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        varint(walk.field() << 3 | FieldWalk.LENGTH_DELIMITED, out);
        varint(content.length, out);
        out.writeBytes(content);
        return out.toByteArray();
    }

    private static void varint(int value, ByteArrayOutputStream out) {
        int rest = value;
        while ((rest & ~0x7f) != 0) {
            out.write(rest & 0x7f | 0x80);
            rest >>>= 7;
        }
        out.write(rest);
    }
}
