package io.sluice.config;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** Reads who may send to the sidecar. One thread. */
final class AccessReader {

    static final String ORIGINS = "* or origins separated by commas, each scheme://host[:port], a star for any letters";

    private static final Pattern ORIGIN = Pattern.compile("\\*|[A-Za-z][A-Za-z0-9+.-]*://[^/\\s,]+");

    private final SettingsReader reader;

    AccessReader(SettingsReader reader) {
        this.reader = reader;
    }

    AccessOptions read() {
        List<String> origins = reader.find(Keys.SIDECAR_ORIGINS)
                .map(text ->
                        Arrays.stream(text.split(",", -1)).map(String::strip).toList())
                .orElse(List.of());
        if (!origins.stream().allMatch(origin -> ORIGIN.matcher(origin).matches())) {
            reader.problem(Keys.SIDECAR_ORIGINS, ORIGINS);
        }
        String header = reader.get(Keys.SIDECAR_AUTH_HEADER, "authorization");
        if (!SettingType.isHeaderName(header)) {
            reader.problem(
                    Keys.SIDECAR_AUTH_HEADER, Keys.SIDECAR_AUTH_HEADER.type().allowed());
        }
        Optional<Long> rate = reader.find(Keys.SIDECAR_RATE);
        return new AccessOptions(
                origins,
                reader.find(Keys.SIDECAR_AUTH_FILE),
                header,
                rate.map(OptionalLong::of).orElseGet(OptionalLong::empty));
    }
}
