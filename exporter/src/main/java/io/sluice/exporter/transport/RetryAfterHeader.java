package io.sluice.exporter.transport;

import io.grpc.netty.shaded.io.netty.handler.codec.DateFormatter;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;

/**
 * Reads and writes Retry-After: a number of seconds or an HTTP date (RFC 9110, section 10.2.3).
 *
 * <p>A time that has passed means now. A server that asks for more than {@link #LONGEST} is taken to mean that: no
 * budget for retries is longer, and a mistyped number must not silence an exporter for a century.
 */
final class RetryAfterHeader {

    static final Duration LONGEST = Duration.ofHours(1);

    /** Longer than any date; Netty's parser throws from here on. */
    private static final int MAX_DATE_CHARS = 64;

    private RetryAfterHeader() {}

    /** The wait that {@code value} asks for; empty if it asks for none that we understand. */
    static Optional<Duration> parse(String value, Instant now) {
        String text = value.strip();
        if (text.isEmpty()) {
            return Optional.empty();
        }
        return isNumber(text) ? Optional.of(seconds(text)) : date(text, now);
    }

    /** {@code wait} in whole seconds; never less, so that nobody comes too early. */
    static String format(Duration wait) {
        return Long.toString(wait.plusNanos(999_999_999).toSeconds());
    }

    private static boolean isNumber(String text) {
        int start = text.charAt(0) == '-' && text.length() > 1 ? 1 : 0;
        for (int i = start; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }

    private static Duration seconds(String digits) {
        if (digits.charAt(0) == '-') {
            return Duration.ZERO;
        }
        String significant = digits.replaceFirst("^0+(?=.)", "");
        // Ten digits and more are beyond any limit, and beyond an int.
        return significant.length() > 9 ? LONGEST : limited(Duration.ofSeconds(Long.parseLong(significant)));
    }

    private static Optional<Duration> date(String text, Instant now) {
        if (text.length() > MAX_DATE_CHARS) {
            return Optional.empty();
        }
        Date date = DateFormatter.parseHttpDate(text);
        return date == null ? Optional.empty() : Optional.of(limited(Duration.between(now, date.toInstant())));
    }

    private static Duration limited(Duration wait) {
        if (wait.isNegative()) {
            return Duration.ZERO;
        }
        return wait.compareTo(LONGEST) > 0 ? LONGEST : wait;
    }
}
