package io.sluice.agent.otel;

import io.sluice.exporter.Signal;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Translates what a configuration file says of one signal's export into the settings of {@code docs/settings.md}.
 *
 * <p>What is translated is what stands under {@code batch} or {@code periodic}, or under {@code sluice}, which takes the
 * same and a map {@code settings} of any setting by its name.
 */
final class DeclaredSettings {

    static final String HTTP = "otlp_http";
    static final String GRPC = "otlp_grpc";

    private static final String OTLP = "otel.exporter.otlp.";
    private static final String ENDPOINT = "endpoint";

    /** Names of a batch processor or a metric reader, and what ours begin with. */
    private static final Map<Signal, Map<String, String>> QUEUE = Map.of(
            Signal.TRACES, batch("otel.bsp."),
            Signal.LOGS, batch("otel.blrp."),
            Signal.METRICS, Map.of("interval", "otel.metric.export.interval", "timeout", "otel.metric.export.timeout"));

    /** Names of an exporter, and what ours end in. */
    private static final Map<String, String> EXPORTER =
            Map.of(ENDPOINT, ENDPOINT, "compression", "compression", "timeout", "timeout");

    private static final Map<String, String> SIZES =
            Map.of("max_request_size", "max.request.bytes", "max_response_size", "max.response.bytes");

    private static final Map<String, String> TLS =
            Map.of("ca_file", "certificate", "key_file", "client.key", "cert_file", "client.certificate");

    private static final Map<String, String> METRICS = Map.of(
            "temporality_preference",
            OTLP + "metrics.temporality.preference",
            "default_histogram_aggregation",
            OTLP + "metrics.default.histogram.aggregation");

    private DeclaredSettings() {}

    private static Map<String, String> batch(String prefix) {
        return Map.of(
                "schedule_delay", prefix + "schedule.delay",
                "export_timeout", prefix + "export.timeout",
                "max_queue_size", prefix + "max.queue.size",
                "max_export_batch_size", prefix + "max.export.batch.size");
    }

    /** Whether {@code properties} name one of OTLP's exporters, in an encoding that is ours. */
    static boolean isOtlp(Map<String, Object> properties) {
        Map<String, Object> exporter = child(properties, "exporter");
        return exporter.containsKey(GRPC) || (exporter.containsKey(HTTP) && !isJson(properties));
    }

    /** Whether {@code properties} name OTLP's exporter with JSON bodies, which is none of ours. */
    static boolean isJson(Map<String, Object> properties) {
        return "json".equals(child(child(properties, "exporter"), HTTP).get("encoding"));
    }

    /** The settings, under the names of {@code docs/settings.md}. */
    static Map<String, String> of(Signal signal, Map<String, Object> properties) {
        Map<String, String> settings = new TreeMap<>();
        take(properties, QUEUE.getOrDefault(signal, Map.of()), settings);
        Map<String, Object> exporters = child(properties, "exporter");
        boolean grpc = exporters.containsKey(GRPC);
        String own = OTLP + signal.name().toLowerCase(Locale.ROOT) + ".";
        settings.put(own + "protocol", grpc ? "grpc" : "http/protobuf");
        Map<String, Object> exporter = child(exporters, grpc ? GRPC : HTTP);
        take(exporter, prefixed(own, EXPORTER), settings);
        take(child(exporter, "tls"), prefixed(own, TLS), settings);
        take(exporter, prefixed("sluice." + signal.key() + ".", SIZES), settings);
        if (signal == Signal.METRICS) {
            take(exporter, METRICS, settings);
            settings.computeIfPresent(METRICS.get("temporality_preference"), (key, value) -> value.replace("_", ""));
            settings.computeIfPresent(
                    METRICS.get("default_histogram_aggregation"), (key, value) -> value.replace("base_2", "base2"));
        }
        String headers = headers(exporter);
        if (!headers.isEmpty()) {
            settings.put(own + "headers", headers);
        }
        child(properties, "settings").forEach((name, value) -> settings.put(name, String.valueOf(value)));
        return settings;
    }

    private static Map<String, String> prefixed(String prefix, Map<String, String> names) {
        Map<String, String> prefixed = new TreeMap<>();
        names.forEach((theirs, ours) -> prefixed.put(theirs, prefix + ours));
        return prefixed;
    }

    private static void take(Map<String, Object> from, Map<String, String> names, Map<String, String> settings) {
        names.forEach((theirs, ours) -> {
            Object value = from.get(theirs);
            if (value != null) {
                settings.put(ours, String.valueOf(value));
            }
        });
    }

    /** Those of the list by itself come before those in the text, as the schema says. */
    private static String headers(Map<String, Object> exporter) {
        Map<String, String> headers = new LinkedHashMap<>();
        if (exporter.get("headers") instanceof List<?> pairs) {
            for (Object pair : pairs) {
                Map<String, Object> header = asMap(pair);
                Object value = header.get("value");
                headers.put(String.valueOf(header.get("name")), value == null ? "" : String.valueOf(value));
            }
        }
        StringBuilder text = new StringBuilder();
        if (exporter.get("headers_list") instanceof String list) {
            text.append(list);
        }
        headers.forEach((name, value) -> text.append(text.isEmpty() ? "" : ",")
                .append(name)
                .append('=')
                .append(URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20")));
        return text.toString();
    }

    private static Map<String, Object> child(Map<String, Object> parent, String name) {
        return asMap(parent.get(name));
    }

    private static Map<String, Object> asMap(@Nullable Object value) {
        Map<String, Object> map = new LinkedHashMap<>();
        if (value instanceof Map<?, ?> entries) {
            entries.forEach((key, entry) -> map.put(String.valueOf(key), entry));
        }
        return map;
    }
}
