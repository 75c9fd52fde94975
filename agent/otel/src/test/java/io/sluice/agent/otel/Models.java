package io.sluice.agent.otel;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Models of a configuration file as two versions of the SDK write them, cut down to what matters here: the one of 1.65
 * ({@code with...}, components as objects of their own) and the one of 1.67 ({@code set...}, components as maps).
 */
public final class Models {

    private Models() {}

    /** A property that is not modelled in the one, is in the other. */
    public static class Bag {
        private final Map<String, Object> extensions = new LinkedHashMap<>();

        public Map<String, Object> getExtensionProperties() {
            return extensions;
        }

        public Bag setExtensionProperty(String name, Object value) {
            extensions.put(name, value);
            return this;
        }
    }

    public static final class File {
        private @Nullable Boolean disabled;
        private @Nullable Provider tracerProvider;
        private @Nullable Provider loggerProvider;
        private @Nullable Meters meterProvider;
        private @Nullable Propagators propagator;

        public @Nullable Boolean getDisabled() {
            return disabled;
        }

        public void setDisabled(Boolean disabled) {
            this.disabled = disabled;
        }

        public @Nullable Provider getTracerProvider() {
            return tracerProvider;
        }

        public void setTracerProvider(Provider provider) {
            this.tracerProvider = provider;
        }

        public @Nullable Provider getLoggerProvider() {
            return loggerProvider;
        }

        public void setLoggerProvider(Provider provider) {
            this.loggerProvider = provider;
        }

        public @Nullable Meters getMeterProvider() {
            return meterProvider;
        }

        public void setMeterProvider(Meters provider) {
            this.meterProvider = provider;
        }

        public @Nullable Propagators getPropagator() {
            return propagator;
        }

        public void setPropagator(Propagators propagator) {
            this.propagator = propagator;
        }
    }

    public static final class Propagators {
        private @Nullable String compositeList;

        public @Nullable String getCompositeList() {
            return compositeList;
        }

        public void setCompositeList(String list) {
            this.compositeList = list;
        }
    }

    public static final class Provider {
        private final List<Object> processors = new ArrayList<>();

        public List<Object> getProcessors() {
            return processors;
        }
    }

    public static final class Meters {
        private final List<Reader> readers = new ArrayList<>();

        public List<Reader> getReaders() {
            return readers;
        }
    }

    public static final class Reader {
        private @Nullable Periodic periodic;
        private @Nullable Pull pull;

        public @Nullable Periodic getPeriodic() {
            return periodic;
        }

        public void setPeriodic(@Nullable Periodic periodic) {
            this.periodic = periodic;
        }

        public @Nullable Pull getPull() {
            return pull;
        }

        public void setPull(Pull pull) {
            this.pull = pull;
        }
    }

    public static final class Periodic {
        private @Nullable Exporter exporter;

        public Integer getInterval() {
            return 1234;
        }

        public String getCardinalityLimits() {
            return "limits";
        }

        public @Nullable Exporter getExporter() {
            return exporter;
        }

        public void setExporter(Exporter exporter) {
            this.exporter = exporter;
        }
    }

    public static final class Pull {
        private @Nullable Bag exporter;
        private @Nullable String cardinalityLimits;

        public @Nullable Bag getExporter() {
            return exporter;
        }

        public void setExporter(Bag exporter) {
            this.exporter = exporter;
        }

        public @Nullable String getCardinalityLimits() {
            return cardinalityLimits;
        }

        public void setCardinalityLimits(String limits) {
            this.cardinalityLimits = limits;
        }
    }

    /** A processor as of 1.67. */
    public static final class Processor extends Bag {
        private @Nullable Batch batch;

        public @Nullable Batch getBatch() {
            return batch;
        }

        public Processor setBatch(@Nullable Batch batch) {
            this.batch = batch;
            return this;
        }
    }

    /** A processor as of 1.65. */
    public static final class OlderProcessor {
        private final Map<String, OlderProperty> additional = new LinkedHashMap<>();
        private @Nullable Batch batch;

        public @Nullable Batch getBatch() {
            return batch;
        }

        public OlderProcessor withBatch(@Nullable Batch batch) {
            this.batch = batch;
            return this;
        }

        public Map<String, OlderProperty> getAdditionalProperties() {
            return additional;
        }

        public OlderProcessor withAdditionalProperty(String name, OlderProperty value) {
            additional.put(name, value);
            return this;
        }
    }

    public static final class OlderProperty {
        private final Map<String, Object> additional = new LinkedHashMap<>();

        public Map<String, Object> getAdditionalProperties() {
            return additional;
        }

        public OlderProperty withAdditionalProperty(String name, Object value) {
            additional.put(name, value);
            return this;
        }
    }

    public static final class Batch {
        private final Exporter exporter;

        Batch(Exporter exporter) {
            this.exporter = exporter;
        }

        public Integer getMaxQueueSize() {
            return 77;
        }

        public @Nullable Integer getScheduleDelay() {
            return null;
        }

        public Exporter getExporter() {
            return exporter;
        }
    }

    public static final class Exporter {
        private final @Nullable Http otlpHttp;
        private final @Nullable Http otlpGrpc;
        private final @Nullable Console console;

        Exporter(@Nullable Http otlpHttp, @Nullable Http otlpGrpc) {
            this.otlpHttp = otlpHttp;
            this.otlpGrpc = otlpGrpc;
            this.console = otlpHttp == null && otlpGrpc == null ? new Console() : null;
        }

        public @Nullable Http getOtlpHttp() {
            return otlpHttp;
        }

        public @Nullable Http getOtlpGrpc() {
            return otlpGrpc;
        }

        public @Nullable Console getConsole() {
            return console;
        }
    }

    public static final class Console {
        public Console() {}
    }

    public enum Encoding {
        PROTOBUF,
        JSON
    }

    public record Header(String name, String value) {
        public String getName() {
            return name;
        }

        public String getValue() {
            return value;
        }
    }

    public static final class Http {
        private final String endpoint;
        private final Encoding encoding;

        Http(String endpoint, Encoding encoding) {
            this.endpoint = endpoint;
            this.encoding = encoding;
        }

        public String getEndpoint() {
            return endpoint;
        }

        public Encoding getEncoding() {
            return encoding;
        }

        public List<Header> getHeaders() {
            return List.of(new Header("api-key", "a b,c"));
        }
    }
}
