package io.sluice.examples.collector;

import java.util.Locale;

/** Amounts as people read them. */
final class Units {

    private static final String[] BYTES = {"B", "KiB", "MiB", "GiB", "TiB"};

    private Units() {}

    /** A duration: {@code 820 us}, {@code 12.4 ms}, {@code 1.25 s}. */
    static String nanos(long nanos) {
        return seconds(nanos / 1e9);
    }

    /** A value with its unit of the metrics' vocabulary, UCUM. */
    static String value(double value, String unit) {
        return switch (unit) {
            case "s" -> seconds(value);
            case "ms" -> seconds(value / 1e3);
            case "By" -> bytes(value);
            case "", "1" -> number(value);
            default -> number(value) + " " + unit.replaceAll("[{}]", "");
        };
    }

    private static String seconds(double seconds) {
        if (Math.abs(seconds) < 1e-3) {
            return String.format(Locale.ROOT, "%.0f us", seconds * 1e6);
        }
        if (Math.abs(seconds) < 1) {
            return String.format(Locale.ROOT, "%.1f ms", seconds * 1e3);
        }
        return String.format(Locale.ROOT, "%.2f s", seconds);
    }

    private static String bytes(double bytes) {
        int power = 0;
        double scaled = bytes;
        while (Math.abs(scaled) >= 1024 && power < BYTES.length - 1) {
            scaled /= 1024;
            power++;
        }
        return String.format(Locale.ROOT, power == 0 ? "%.0f %s" : "%.1f %s", scaled, BYTES[power]);
    }

    private static String number(double number) {
        return number == Math.rint(number)
                ? String.format(Locale.ROOT, "%,.0f", number)
                : String.format(Locale.ROOT, "%,.3g", number);
    }
}
