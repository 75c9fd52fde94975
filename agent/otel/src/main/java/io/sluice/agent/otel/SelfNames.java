package io.sluice.agent.otel;

import io.opentelemetry.api.common.Attributes;
import io.sluice.exporter.Signal;
import io.sluice.exporter.TransportSettings;
import java.net.URI;

/**
 * What the semantic conventions call the parts of one signal's pipeline.
 *
 * @param item a signal's items in names of metrics
 * @param unit the same in units
 * @param processor attributes of what takes items in; that it stands where the SDK's batching processor would is in its
 *     type, that it is ours in its name
 * @param exporter attributes of what sends them
 */
record SelfNames(String item, String unit, Attributes processor, Attributes exporter) {

    /** The conventions want a number; a name of ours is never that of another component of the same SDK. */
    private static final String INSTANCE = "/sluice";

    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    static SelfNames of(Signal signal, TransportSettings where) {
        return of(signal, where.protocol(), where.endpoint());
    }

    static SelfNames of(Signal signal, String protocol, URI endpoint) {
        String kind = switch (signal) {
            case TRACES -> "span";
            case LOGS -> "log";
            case METRICS -> "metric";
            case PROFILES -> "profile";
        };
        String item = signal == Signal.METRICS ? "metric_data_point" : kind;
        String unit = switch (signal) {
            case TRACES -> "{span}";
            case LOGS -> "{log_record}";
            case METRICS -> "{data_point}";
            case PROFILES -> "{profile}";
        };
        Attributes processor = component("batching_" + kind + "_processor").build();
        Attributes exporter = component("otlp_" + protocol + "_" + kind + "_exporter")
                .put("server.address", host(endpoint))
                .put("server.port", port(endpoint))
                .build();
        return new SelfNames(item, unit, processor, exporter);
    }

    private static io.opentelemetry.api.common.AttributesBuilder component(String type) {
        return Attributes.builder().put("otel.component.type", type).put("otel.component.name", type + INSTANCE);
    }

    private static String host(URI endpoint) {
        String host = endpoint.getHost();
        return host == null ? endpoint.toString() : host;
    }

    private static long port(URI endpoint) {
        if (endpoint.getPort() >= 0) {
            return endpoint.getPort();
        }
        return "https".equalsIgnoreCase(endpoint.getScheme()) ? HTTPS_PORT : HTTP_PORT;
    }
}
