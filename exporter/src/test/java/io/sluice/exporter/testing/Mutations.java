package io.sluice.exporter.testing;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Changes of inputs that know nothing of their meaning. */
public final class Mutations {

    private static final byte[][] NUMBERS = {
        {0},
        {1},
        {0x7f},
        {(byte) 0x80, 1},
        {-1, -1, -1, -1, 0x07},
        {-1, -1, -1, -1, 0x0f},
        {-1, -1, -1, -1, -1, -1, -1, -1, -1, 1},
        {-1, -1, -1, -1, -1, -1, -1, -1, -1, 0x7f},
        {(byte) 0x80, (byte) 0x80, 0},
    };

    private Mutations() {}

    /** One small change: of a bit, a byte, a number, of the length, or a piece of the input repeated elsewhere. */
    public static byte[] bytes(byte[] input, Random random) {
        int at = random.nextInt(input.length + 1);
        int length = random.nextInt(Math.min(16, input.length - at) + 1);
        return switch (random.nextInt(6)) {
            case 0 -> {
                byte[] changed = input.clone();
                if (at < changed.length) {
                    changed[at] ^= (byte) (1 << random.nextInt(8));
                }
                yield changed;
            }
            case 1 -> replace(input, at, Math.min(1, length), new byte[] {(byte) random.nextInt(256)});
            case 2 -> replace(input, at, length, NUMBERS[random.nextInt(NUMBERS.length)]);
            case 3 -> replace(input, at, length, new byte[0]);
            case 4 -> random.nextInt(4) == 0 ? Arrays.copyOf(input, at) : replace(input, at, 0, NUMBERS[0]);
            default -> replace(input, random.nextInt(input.length + 1), 0, Arrays.copyOfRange(input, at, at + length));
        };
    }

    /** {@link #bytes}, or one of {@code words} put somewhere. */
    public static Fuzzing.Mutation withWords(List<byte[]> words) {
        return (input, random) -> random.nextInt(4) == 0
                ? replace(input, random.nextInt(input.length + 1), 0, words.get(random.nextInt(words.size())))
                : bytes(input, random);
    }

    /** {@code input} with {@code length} bytes from {@code at} replaced. */
    public static byte[] replace(byte[] input, int at, int length, byte[] by) {
        int cut = Math.min(length, input.length - at);
        byte[] changed = new byte[input.length - cut + by.length];
        System.arraycopy(input, 0, changed, 0, at);
        System.arraycopy(by, 0, changed, at, by.length);
        System.arraycopy(input, at + cut, changed, at + by.length, input.length - at - cut);
        return changed;
    }
}
