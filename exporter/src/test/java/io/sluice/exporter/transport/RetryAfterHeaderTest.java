package io.sluice.exporter.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryAfterHeaderTest {

    private static final String A_LONG_STORY =
            "Sun, 06 Nov 1994 08:49:37 GMT, or perhaps on Monday, or when it suits us";

    private static final Instant NOW = Instant.parse("1994-11-06T08:49:30Z");

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "00, 0",
        "1, 1",
        "' 120 ', 120",
        "0000000000007, 7",
        "3600, 3600",
        "3601, 3600",
        "999999999, 3600",
        "1000000000, 3600",
        "99999999999999999999999999, 3600",
        "-1, 0",
        "-99999999999999999999, 0"
    })
    void seconds_areHonoured_andAbsurdOnesLimited(String value, long seconds) {
        assertThat(parse(value)).contains(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"})
    void date_inEveryFormThatHttpKnows_isTheTimeUntilThen(String value) {
        assertThat(parse(value)).contains(Duration.ofSeconds(7));
    }

    @Test
    void date_inThePast_isNow_andFarAhead_isLimited() {
        assertThat(parse("Sun, 06 Nov 1994 08:49:29 GMT")).contains(Duration.ZERO);
        assertThat(parse("Sun, 06 Nov 2094 08:49:29 GMT")).contains(RetryAfterHeader.LONGEST);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "soon", "-", "1.5", "1e9", "12 seconds", "+3", A_LONG_STORY})
    void anythingElse_isNoWait(String value) {
        assertThat(parse(value)).isEmpty();
    }

    private static Optional<Duration> parse(String value) {
        return RetryAfterHeader.parse(value, NOW);
    }
}
