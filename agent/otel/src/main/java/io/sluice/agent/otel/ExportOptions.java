package io.sluice.agent.otel;

import static java.util.Objects.requireNonNull;

import io.sluice.config.source.SettingsSource;
import io.sluice.config.source.SettingsSources;
import io.sluice.exporter.Compression;
import io.sluice.exporter.Signal;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Where and how telemetry is sent, as an application says it in code. What it leaves open comes from system properties
 * and the environment, under the names of {@code docs/settings.md}, and then from their defaults. One thread.
 *
 * @param <B> the builder itself
 */
public abstract sealed class ExportOptions<B extends ExportOptions<B>>
        permits BatchOptions, SluiceMetricReader.Builder {

    private static final String OTLP = "otel.exporter.otlp.";

    private final Map<String, String> settings = new HashMap<>();
    private final Map<String, String> headers = new LinkedHashMap<>();

    /** Those that also exist for one signal, where the environment could say otherwise. */
    private final Map<String, String> otlp = new HashMap<>();

    private @Nullable URI endpoint;
    private OtlpProtocol protocol = OtlpProtocol.HTTP_PROTOBUF;

    ExportOptions() {}

    abstract B self();

    /**
     * The collector's base URL, {@code http://collector:4318} for example: for HTTP the path of each signal is appended.
     *
     * @throws IllegalArgumentException unless it is a URL of http, https or unix
     */
    public final B endpoint(String url) {
        URI parsed = URI.create(requireNonNull(url, "url"));
        String scheme = parsed.getScheme();
        if (scheme == null || !List.of("http", "https", "unix").contains(scheme.toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException("endpoint is " + url + "; allowed: a URL of http, https or unix");
        }
        this.endpoint = parsed;
        return protocol(protocol);
    }

    /** How OTLP is spoken there. Default HTTP if an endpoint is named. */
    public final B protocol(OtlpProtocol protocol) {
        this.protocol = requireNonNull(protocol, "protocol");
        otlp.put("protocol", protocol.setting());
        return self();
    }

    /** A header of each request; its value is never logged. Once a name: the last one counts. */
    public final B header(String name, String value) {
        headers.put(requireNonNull(name, "name"), requireNonNull(value, "value"));
        return self();
    }

    /** How bodies are compressed. Default none. */
    public final B compression(Compression compression) {
        otlp.put("compression", compression.name().toLowerCase(Locale.ROOT));
        return self();
    }

    /** A PEM file of whom to trust instead of the JVM's authorities. */
    public final B certificate(Path pem) {
        otlp.put("certificate", pem.toString());
        return self();
    }

    /**
     * What one attempt may take. Default 10 s.
     *
     * @throws IllegalArgumentException unless it is a millisecond at least
     */
    public final B timeout(Duration timeout) {
        otlp.put("timeout", millis("timeout", timeout));
        return self();
    }

    /**
     * Exports in flight at once. Default 8.
     *
     * @throws IllegalArgumentException unless it is 1 to 1024
     */
    public final B maxConcurrentExports(int exports) {
        return set("sluice.max.concurrent.exports", number("maxConcurrentExports", exports, 1024));
    }

    /**
     * What a shutdown may take to deliver what is held. Default 10 s.
     *
     * @throws IllegalArgumentException unless it is a millisecond at least
     */
    public final B drainTimeout(Duration timeout) {
        return set("sluice.drain.timeout", millis("drainTimeout", timeout));
    }

    /** Any setting of {@code docs/settings.md} by its property name. */
    public final B set(String name, String value) {
        settings.put(requireNonNull(name, "name"), requireNonNull(value, "value"));
        return self();
    }

    static String millis(String option, Duration duration) {
        if (duration.toMillis() < 1) {
            throw new IllegalArgumentException(option + " is " + duration + "; allowed: 1 ms or more");
        }
        return duration.toMillis() + "ms";
    }

    static String number(String option, int value, int most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(option + " is " + value + "; allowed: 1 to " + most);
        }
        return Integer.toString(value);
    }

    /** What was said here, before system properties and the environment. */
    final List<SettingsSource> sources(Set<Signal> signals) {
        Map<String, String> said = new TreeMap<>(settings);
        for (Signal signal : signals) {
            String prefix = OTLP + signal.name().toLowerCase(Locale.ROOT) + ".";
            otlp.forEach((name, value) -> said.put(prefix + name, value));
            if (endpoint != null) {
                said.put(prefix + "endpoint", endpointOf(endpoint, signal));
            }
            if (!headers.isEmpty()) {
                said.put(prefix + "headers", encodedHeaders());
            }
        }
        return List.of(
                SettingsSources.map("said in code", said),
                SettingsSources.systemProperties(),
                SettingsSources.environment());
    }

    private String endpointOf(URI base, Signal signal) {
        String url = base.toString();
        boolean withPath = protocol == OtlpProtocol.HTTP_PROTOBUF && !"unix".equalsIgnoreCase(base.getScheme());
        String stripped = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
        return withPath ? stripped + signal.httpPath() : url;
    }

    private String encodedHeaders() {
        StringBuilder text = new StringBuilder();
        headers.forEach((name, value) -> text.append(text.isEmpty() ? "" : ",")
                .append(name)
                .append('=')
                .append(URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20")));
        return text.toString();
    }
}
