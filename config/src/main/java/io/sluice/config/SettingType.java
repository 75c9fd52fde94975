package io.sluice.config;

import io.sluice.exporter.transport.UnixEndpoint;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * How the text of a setting becomes a value.
 *
 * @param allowed what a text may be, for people
 * @param parser throws {@link IllegalArgumentException} for anything else; its message is not shown
 */
record SettingType<T>(String allowed, Function<String, T> parser) {

    private static final Pattern AMOUNT = Pattern.compile("(\\d{1,18})\\s*([a-zA-Z]*)");

    private static final Pattern HEADER_NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    /** More is for ever, and more than 292 years is more than nanoseconds can count. */
    private static final Duration LONGEST = Duration.ofDays(36_500);

    /** Empty if {@code text} is no value. */
    Optional<T> parse(String text) {
        try {
            return Optional.of(parser.apply(text));
        } catch (IllegalArgumentException | ArithmeticException e) {
            return Optional.empty();
        }
    }

    /** Plain numbers are milliseconds, as in OpenTelemetry. */
    static SettingType<Duration> duration(Duration least) {
        String from = least.isZero() ? "zero" : least.toMillis() + "ms";
        String allowed = "a duration like 200ms, 5s or 2m, or milliseconds; " + from + " to " + LONGEST.toDays() + "d";
        return new SettingType<>(allowed, text -> {
            Duration value = parseDuration(text);
            return check(value, value.compareTo(least) >= 0 && value.compareTo(LONGEST) <= 0);
        });
    }

    private static Duration parseDuration(String text) {
        Matcher amount = matcher(text);
        long number = Long.parseLong(amount.group(1));
        return switch (amount.group(2).toLowerCase(Locale.ROOT)) {
            case "", "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            case "d" -> Duration.ofDays(number);
            default -> throw new IllegalArgumentException();
        };
    }

    /** Plain numbers are bytes. */
    static SettingType<Long> bytes(long least, long most) {
        return new SettingType<>("a size like 512KiB or 4MiB, or bytes; " + least + " to " + most, text -> {
            Matcher amount = matcher(text);
            int shift = switch (amount.group(2).toLowerCase(Locale.ROOT)) {
                case "", "b" -> 0;
                case "k", "kib" -> 10;
                case "m", "mib" -> 20;
                case "g", "gib" -> 30;
                default -> throw new IllegalArgumentException();
            };
            long value = Math.multiplyExact(Long.parseLong(amount.group(1)), 1L << shift);
            return check(value, value >= least && value <= most);
        });
    }

    private static Matcher matcher(String text) {
        Matcher amount = AMOUNT.matcher(text);
        check(text, amount.matches());
        return amount;
    }

    static SettingType<Integer> integer(int least, int most) {
        return new SettingType<>("a whole number, " + least + " to " + most, text -> {
            int value = Integer.parseInt(text);
            return check(value, value >= least && value <= most);
        });
    }

    static SettingType<Double> real(double least, double most) {
        return new SettingType<>("a number, " + least + " to " + most, text -> {
            double value = Double.parseDouble(text);
            return check(value, value >= least && value <= most);
        });
    }

    static SettingType<Boolean> bool() {
        return new SettingType<>("true or false", text -> {
            boolean value = text.equalsIgnoreCase("true");
            return check(value, value || text.equalsIgnoreCase("false"));
        });
    }

    /** OpenTelemetry's: everything but {@code true}, in any case, is false. */
    static SettingType<Boolean> flag() {
        return new SettingType<>("true; anything else is false", text -> text.equalsIgnoreCase("true"));
    }

    static SettingType<String> oneOf(String first, String... more) {
        List<String> names =
                Stream.concat(Stream.of(first), Arrays.stream(more)).toList();
        return new SettingType<>(String.join(" or ", names), text -> {
            String name = text.toLowerCase(Locale.ROOT);
            return check(name, names.contains(name));
        });
    }

    static SettingType<String> text(String allowed) {
        return new SettingType<>(allowed, text -> text);
    }

    /** One of an enum's constants, in lower case and with hyphens. */
    static <E extends Enum<E>> SettingType<E> oneOf(Class<E> type) {
        List<String> names =
                Arrays.stream(type.getEnumConstants()).map(SettingType::name).toList();
        return new SettingType<>(String.join(" or ", names), text -> {
            int index = names.indexOf(text.toLowerCase(Locale.ROOT));
            check(text, index >= 0);
            return type.getEnumConstants()[index];
        });
    }

    private static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The base URL of a server, or a full URL. */
    static SettingType<URI> httpUrl() {
        return new SettingType<>(
                "a URL http://host[:port][/path] or https://host[:port][/path] without query, or "
                        + UnixEndpoint.ALLOWED,
                text -> {
                    try {
                        URI url = new URI(text);
                        boolean http =
                                "http".equalsIgnoreCase(url.getScheme()) || "https".equalsIgnoreCase(url.getScheme());
                        boolean plain = http
                                && url.getHost() != null
                                && url.getRawQuery() == null
                                && url.getRawFragment() == null
                                && url.getRawUserInfo() == null
                                && url.getPort() <= 65_535
                                && url.getPort() != 0;
                        return check(url, plain || UnixEndpoint.isAllowed(url));
                    } catch (URISyntaxException e) {
                        throw new IllegalArgumentException(e);
                    }
                });
    }

    /** {@code key=value,key=value}; values are URL-encoded, as the specification has it. */
    static SettingType<Map<String, String>> pairs() {
        return new SettingType<>("key=value,key=value with URL-encoded values", text -> {
            Map<String, String> pairs = new LinkedHashMap<>();
            for (String pair : text.split(",", -1)) {
                if (!pair.isBlank()) {
                    int equals = pair.indexOf('=');
                    check(pair, equals > 0 && !pair.substring(0, equals).isBlank());
                    String value = URLDecoder.decode(
                            pair.substring(equals + 1).strip().replace("+", "%2B"), StandardCharsets.UTF_8);
                    pairs.put(pair.substring(0, equals).strip(), value);
                }
            }
            return pairs;
        });
    }

    /** Pairs that are sent as HTTP headers. */
    static SettingType<Map<String, String>> headers() {
        SettingType<Map<String, String>> pairs = pairs();
        return new SettingType<>(pairs.allowed() + ", names and values as HTTP allows them", text -> {
            Map<String, String> headers = pairs.parser().apply(text);
            headers.forEach((key, value) -> check(
                    key,
                    isHeaderName(key)
                            && value.chars().noneMatch(c -> (c < ' ' && c != '\t') || c == 0x7f || c > 0xff)));
            return headers;
        });
    }

    static SettingType<String> headerName() {
        return new SettingType<>("a header's name as HTTP allows it", text -> check(text, isHeaderName(text)));
    }

    static boolean isHeaderName(String text) {
        return HEADER_NAME.matcher(text).matches();
    }

    static SettingType<Path> path() {
        return new SettingType<>("a file path", text -> {
            try {
                return Path.of(text);
            } catch (InvalidPathException e) {
                throw new IllegalArgumentException(e);
            }
        });
    }

    /** One or more, separated by commas; none twice. */
    static SettingType<List<ListenAddress>> listenAddresses() {
        return new SettingType<>("addresses separated by commas, each " + ListenAddress.ALLOWED, text -> {
            List<ListenAddress> addresses = Arrays.stream(text.split(",", -1))
                    .map(address -> ListenAddress.parse(address.strip()))
                    .toList();
            long fixed = addresses.stream()
                    .filter(address -> !(address instanceof HostPort inet && inet.port() == 0))
                    // By text: what the JVM makes to compare records costs a start 10 ms.
                    .map(Object::toString)
                    .distinct()
                    .count();
            long free = addresses.stream()
                    .filter(address -> address instanceof HostPort inet && inet.port() == 0)
                    .count();
            return check(addresses, fixed + free == addresses.size());
        });
    }

    private static <V> V check(V value, boolean allowed) {
        if (!allowed) {
            throw new IllegalArgumentException();
        }
        return value;
    }
}
