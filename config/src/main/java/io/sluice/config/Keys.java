package io.sluice.config;

import io.sluice.batching.BatchDefaults;
import io.sluice.exporter.Compression;
import io.sluice.exporter.PipelineDefaults;
import io.sluice.exporter.Signal;
import io.sluice.exporter.retry.RetryDefaults;
import io.sluice.exporter.tls.TlsSettings;
import io.sluice.exporter.transport.Http2Limits;
import io.sluice.exporter.transport.HttpServerSettings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The table of all settings, from which they are read, explained and documented. OpenTelemetry's keep their standard
 * names and meaning; what is ours begins with {@code sluice.}.
 */
final class Keys {

    private static final Duration MILLI = Duration.ofMillis(1);
    private static final List<SettingKey<?>> ALL = new ArrayList<>();

    // ---- where to ---------------------------------------------------------------------------------------------

    static final SettingKey<URI> ENDPOINT = key(
            "otel.exporter.otlp.endpoint",
            SettingType.httpUrl(),
            "http://localhost:4318, for grpc http://localhost:4317",
            "The collector's base URL; for http/protobuf /v1/traces, /v1/metrics or /v1/logs is appended, for grpc it has"
                    + " no path.");
    static final SettingKey<Map<String, String>> HEADERS = key(
            "otel.exporter.otlp.headers",
            SettingType.headers(),
            "none",
            "Headers sent with each request; values are never logged.");
    static final SettingKey<Compression> COMPRESSION = key(
            "otel.exporter.otlp.compression",
            SettingType.oneOf(Compression.class),
            "none",
            "How request bodies are compressed.");
    static final SettingKey<Duration> TIMEOUT = key(
            "otel.exporter.otlp.timeout",
            SettingType.duration(Duration.ZERO),
            text(PipelineDefaults.EXPORT_TIMEOUT),
            "One attempt, from its start to the end of the response; zero for no limit. Retries have their own budget.");
    static final SettingKey<String> PROTOCOL = key(
            "otel.exporter.otlp.protocol",
            SettingType.oneOf(DestinationReader.HTTP, DestinationReader.GRPC),
            DestinationReader.HTTP,
            "OTLP over HTTP/1.1 with protobuf bodies, the specification's default, or over gRPC.");

    static final SettingKey<Path> CERTIFICATE = key(
            "otel.exporter.otlp.certificate",
            SettingType.path(),
            "none: the JVM's own authorities are trusted",
            "A PEM file with the certificates that are trusted to vouch for an https collector.");
    static final SettingKey<Path> CLIENT_KEY = key(
            "otel.exporter.otlp.client.key",
            SettingType.path(),
            "none",
            "A PEM file with the unencrypted private key (PKCS#8, PKCS#1 or SEC1) of the client certificate.");
    static final SettingKey<Path> CLIENT_CERTIFICATE = key(
            "otel.exporter.otlp.client.certificate",
            SettingType.path(),
            "none",
            "A PEM file with the certificate chain shown to a collector that asks for one, our own first.");
    static final SettingKey<Path> HEADERS_FILE = key(
            "sluice.headers.file",
            SettingType.path(),
            "none",
            "A file of further headers, name=value or name: value in each line; read before each request, so that a new"
                    + " token counts at once. Replace it as a whole.");

    // ---- batches ----------------------------------------------------------------------------------------------

    static final SettingKey<Duration> BSP_DELAY = key(
            "otel.bsp.schedule.delay",
            SettingType.duration(MILLI),
            text(BatchDefaults.SPAN_AGE),
            "A batch of spans leaves once its first span has waited this long.");
    static final SettingKey<Integer> BSP_QUEUE = key(
            "otel.bsp.max.queue.size",
            SettingType.integer(1, 1 << 24),
            "65536, or what 5 % of the maximum heap holds",
            "Spans that wait before new ones are refused. The standard's 2048 loses spans as soon as a collector is slow.");
    static final SettingKey<Integer> BSP_BATCH = key(
            "otel.bsp.max.export.batch.size",
            SettingType.integer(1, 1 << 20),
            "512, up to sluice.batch.max.items from a backlog",
            "A batch of spans leaves with this many; if set, none is larger.");
    static final SettingKey<Duration> BSP_EXPORT_TIMEOUT = flushTimeout("otel.bsp.export.timeout", "spans");
    static final SettingKey<Duration> BLRP_DELAY = key(
            "otel.blrp.schedule.delay",
            SettingType.duration(MILLI),
            text(BatchDefaults.LOG_AGE),
            "A batch of log records leaves once its first record has waited this long.");
    static final SettingKey<Integer> BLRP_QUEUE = key(
            "otel.blrp.max.queue.size",
            SettingType.integer(1, 1 << 24),
            "65536, or what 5 % of the maximum heap holds",
            "Log records that wait before new ones are refused.");
    static final SettingKey<Integer> BLRP_BATCH = key(
            "otel.blrp.max.export.batch.size",
            SettingType.integer(1, 1 << 20),
            "512, up to sluice.batch.max.items from a backlog",
            "A batch of log records leaves with this many; if set, none is larger.");
    static final SettingKey<Duration> BLRP_EXPORT_TIMEOUT = flushTimeout("otel.blrp.export.timeout", "log records");
    static final SettingKey<Duration> METRIC_EXPORT_TIMEOUT =
            flushTimeout("otel.metric.export.timeout", "metrics, their collection included,");
    static final SettingKey<Integer> BATCH_MAX_ITEMS = key(
            "sluice.batch.max.items",
            SettingType.integer(1, 1 << 20),
            Integer.toString(BatchDefaults.MAX_BATCH_ITEMS),
            "What one batch takes from a backlog, so that a slow collector costs bytes and not round trips.");
    static final SettingKey<Long> BATCH_MAX_BYTES = key(
            "sluice.batch.max.bytes",
            SettingType.bytes(1024, 64 << 20),
            Integer.toString(BatchDefaults.MAX_BATCH_BYTES),
            "Encoded size of a batch. Below the 4 MiB that gRPC receivers take by default.");
    static final SettingKey<Duration> BATCH_MIN_INTERVAL = key(
            "sluice.batch.min.interval",
            SettingType.duration(Duration.ZERO),
            text(BatchDefaults.MIN_BATCH_INTERVAL),
            "Full batches leave at least this far apart, so that they are fewer and larger under load; not if one is as"
                    + " large as it may be or the queue is half full. In the agent; the sidecar's have waited already.");
    static final SettingKey<Integer> MAX_CONCURRENT_EXPORTS = key(
            "sluice.max.concurrent.exports",
            SettingType.integer(1, 1024),
            Integer.toString(PipelineDefaults.MAX_CONCURRENT_EXPORTS),
            "Exports of one signal in flight. Throughput is this times batch size over the collector's answer time.");
    static final SettingKey<String> OVERFLOW = key(
            "sluice.overflow",
            SettingType.oneOf("drop-newest", "drop-oldest", "block"),
            "drop-newest",
            "What happens to an item that meets a full queue: it is refused; the one that has waited longest is dropped in"
                    + " its place; or the application's thread waits for room. In the agent; the sidecar refuses, because"
                    + " its senders come again.");
    static final SettingKey<Duration> OVERFLOW_BLOCK = key(
            "sluice.overflow.block.timeout",
            SettingType.duration(MILLI),
            text(BatchDefaults.BLOCK_LIMIT),
            "With block, the longest that one item holds up the thread that ends it; then it is refused. Threads of a"
                    + " runtime never wait.");
    static final SettingKey<Duration> DRAIN_TIMEOUT = key(
            "sluice.drain.timeout",
            SettingType.duration(Duration.ZERO),
            text(BatchDefaults.DRAIN_TIMEOUT),
            "What a shutdown may take to deliver what is held; what is left then is counted and named.");

    static final SettingKey<Boolean> DRAIN_RETRY = key(
            "sluice.drain.retry",
            SettingType.bool(),
            "true",
            "Whether a drain goes on until its timeout while the collector does not answer. If false, it ends once all"
                    + " that is held has failed an attempt since it began; the rest is counted and named.");

    // ---- transport --------------------------------------------------------------------------------------------

    static final SettingKey<Duration> CONNECT_TIMEOUT = key(
            "sluice.connect.timeout",
            SettingType.duration(MILLI),
            text(PipelineDefaults.CONNECT_TIMEOUT),
            "One connection attempt, name lookup and TLS handshake included.");
    static final SettingKey<Integer> COMPRESSION_LEVEL = key(
            "sluice.compression.level",
            SettingType.integer(1, 9),
            Integer.toString(PipelineDefaults.COMPRESSION_LEVEL),
            "How much time gzip takes to make requests smaller. 6, usual elsewhere, saves a tenth of the bytes that 1"
                    + " leaves, and takes two to three times as long.");
    static final SettingKey<Long> MAX_REQUEST_BYTES = key(
            "sluice.max.request.bytes",
            SettingType.bytes(1024, 64 << 20),
            PipelineDefaults.MAX_REQUEST_BYTES + ", for grpc " + PipelineDefaults.MAX_GRPC_REQUEST_BYTES,
            "A larger request, before compression, is divided; a single item that is larger is dropped and counted."
                    + " OTLP's recommended limit, and what gRPC receivers take by default.");
    static final SettingKey<Long> MAX_RESPONSE_BYTES = key(
            "sluice.max.response.bytes",
            SettingType.bytes(1024, 64 << 20),
            Integer.toString(PipelineDefaults.MAX_RESPONSE_BYTES),
            "A larger response, also after decompression, is a final failure. OTLP's recommended limit.");

    static final SettingKey<Duration> CONNECTION_MAX_AGE = key(
            "sluice.connection.max.age",
            SettingType.duration(MILLI),
            text(PipelineDefaults.MAX_CONNECTION_AGE),
            "A connection that is this old takes no further request, so that the next one looks the collector's name up"
                    + " again and begins with the next of its addresses.");
    static final SettingKey<Duration> TLS_RELOAD = key(
            "sluice.tls.reload.interval",
            SettingType.duration(Duration.ZERO),
            text(TlsSettings.RELOAD_INTERVAL),
            "How often the files of TLS are looked at; zero for only at the start. New connections use changed files, old"
                    + " ones end with the request they are at.");
    static final SettingKey<String> TLS_MINIMUM = key(
            "sluice.tls.minimum.version",
            SettingType.oneOf("1.2", "1.3"),
            "1.2",
            "The oldest version of TLS that is spoken.");

    // ---- retry ------------------------------------------------------------------------------------------------

    static final SettingKey<Boolean> RETRY_DISABLED = key(
            "otel.java.exporter.otlp.retry.disabled",
            SettingType.flag(),
            "false",
            "Whether a batch is given up, and counted, when its first attempt fails; as sluice.retry.max.elapsed = 0.");
    static final SettingKey<Duration> RETRY_INITIAL = key(
            "sluice.retry.initial.backoff",
            SettingType.duration(MILLI),
            text(RetryDefaults.INITIAL_BACKOFF),
            "The first wait before another attempt, before jitter.");
    static final SettingKey<Duration> RETRY_MAX = key(
            "sluice.retry.max.backoff",
            SettingType.duration(MILLI),
            text(RetryDefaults.MAX_BACKOFF),
            "The longest wait; also how long a collector that has come back may stay unnoticed.");
    static final SettingKey<Double> RETRY_MULTIPLIER = key(
            "sluice.retry.multiplier",
            SettingType.real(1, 10),
            Double.toString(RetryDefaults.MULTIPLIER),
            "What a wait is multiplied by after each attempt.");
    static final SettingKey<Duration> RETRY_ELAPSED = key(
            "sluice.retry.max.elapsed",
            SettingType.duration(Duration.ZERO),
            text(RetryDefaults.MAX_ELAPSED),
            "A batch is given up, and counted, this long after its first attempt; zero for no second attempt.");
    static final SettingKey<Integer> RETRY_ATTEMPTS = key(
            "sluice.retry.max.attempts",
            SettingType.integer(1, 1 << 20),
            Integer.toString(RetryDefaults.MAX_ATTEMPTS),
            "Attempts to send one request, the first included; the time ends them earlier as a rule.");
    static final SettingKey<Long> RETRY_BYTES = key(
            "sluice.retry.max.queued.bytes",
            SettingType.bytes(0, 1L << 40),
            Long.toString(RetryDefaults.MAX_QUEUED_BYTES),
            "Encoded bytes of a signal that may wait for another attempt without holding a permit.");

    // ---- the process ------------------------------------------------------------------------------------------

    static final SettingKey<Integer> WORKERS = key(
            "sluice.runtime.workers",
            SettingType.integer(1, 256),
            "1 in the agent, the number of processors in the sidecar",
            "Threads that poll tasks. One carries the agent at half the CPU of two.");
    static final SettingKey<Path> ACCOUNT_FILE = key(
            "sluice.account.file",
            SettingType.path(),
            "none",
            "A file to which the account of each signal is appended at the end, one JSON object a line.");
    static final SettingKey<Boolean> ACCOUNT_LOG = key(
            "sluice.account.log",
            SettingType.bool(),
            "true",
            "Whether the account of each signal is printed to standard error at the end.");
    static final SettingKey<Boolean> SELF_METRICS = key(
            "sluice.self.metrics",
            SettingType.bool(),
            "true",
            "Whether the agent's own figures, otel.sdk.processor.*, otel.sdk.exporter.* and sluice.*, leave with the"
                    + " application's metrics.");
    static final SettingKey<Duration> LOG_INTERVAL = key(
            "sluice.log.interval",
            SettingType.duration(Duration.ofSeconds(1)),
            "none",
            "How often a line of each signal's figures is printed to standard error: what was offered and what became of"
                    + " it, permits, times of answers. In the agent and the drop-in.");
    static final SettingKey<Boolean> JMX = key(
            "sluice.jmx",
            SettingType.bool(),
            "true",
            "Whether each signal's pipeline is seen over JMX, as io.sluice.exporter:type=Pipeline. In the agent and the"
                    + " drop-in.");
    static final SettingKey<Duration> JMX_DELAY = key(
            "sluice.jmx.delay",
            SettingType.duration(Duration.ZERO),
            "10 s",
            "How long after the start that is. Whoever touches the JVM's management first also settles its java.util.logging,"
                    + " which application servers bring their own of.");
    static final SettingKey<Boolean> JMX_RUNTIME = key(
            "sluice.jmx.runtime",
            SettingType.bool(),
            "false",
            "Whether the runtime below the pipelines is seen over JMX, as io.sluice.runtime:type=Runtime, for ./sluice top. In"
                    + " the sidecar, whose memory management beans cost some of; in the agent and the drop-in together with"
                    + " sluice.jmx.");
    static final SettingKey<Path> CONFIG_FILE = key(
            "sluice.config.file",
            SettingType.path(),
            "none",
            "A properties file with further settings; the environment and system properties come before it.");

    // ---- the sidecar ------------------------------------------------------------------------------------------

    static final SettingKey<List<ListenAddress>> SIDECAR_LISTEN = key(
            "sluice.sidecar.listen",
            SettingType.listenAddresses(),
            "127.0.0.1:4317,127.0.0.1:4318",
            "Where the sidecar takes requests, over HTTP/1.1, HTTP/2 and gRPC on each. Only this machine can reach the"
                    + " default; a socket file is open to its owner and group.");
    static final SettingKey<Long> SIDECAR_CUSTODY = key(
            "sluice.sidecar.max.custody.bytes",
            SettingType.bytes(1 << 16, 1L << 40),
            "64 MiB, or a quarter of the maximum heap if that is less",
            "Bytes of all requests that are held and not yet settled; beyond it requests are refused with 429.");
    static final SettingKey<Long> SIDECAR_MAX_REQUEST = key(
            "sluice.sidecar.max.request.bytes",
            SettingType.bytes(1024, 64 << 20),
            "16777216",
            "Size of one request after decompression; a larger one is refused with 413. Below the 20 MiB that the"
                    + " Collector's HTTP receiver takes.");
    static final SettingKey<Long> SIDECAR_MAX_COMPRESSED = key(
            "sluice.sidecar.max.compressed.bytes",
            SettingType.bytes(1024, 64 << 20),
            "as sluice.sidecar.max.request.bytes",
            "Size of one request as it is sent; a larger one is refused by its head, or as soon as it shows.");
    static final SettingKey<Integer> SIDECAR_CONNECTIONS = key(
            "sluice.sidecar.max.connections",
            SettingType.integer(1, 1 << 20),
            "1024",
            "Connections open at once; one more is told so and closed. An idle one costs a few KiB.");
    static final SettingKey<Long> SIDECAR_HEADER_BYTES = key(
            "sluice.sidecar.max.header.bytes",
            SettingType.bytes(1024, 1 << 20),
            Integer.toString(ReceiverReader.MAX_HEADER_BYTES),
            "Size of one request's headers; a larger one is refused with 431. Twice what most servers take.");
    static final SettingKey<Duration> SIDECAR_HEAD_TIMEOUT = key(
            "sluice.sidecar.head.timeout",
            SettingType.duration(MILLI),
            text(ReceiverReader.HEAD_TIMEOUT),
            "What a connection may take to its first byte, a TLS handshake to its end, and a request to the end of its"
                    + " headers; as long as a client waits for an export.");
    static final SettingKey<Duration> SIDECAR_BODY_TIMEOUT = key(
            "sluice.sidecar.body.timeout",
            SettingType.duration(MILLI),
            text(ReceiverReader.BODY_TIMEOUT),
            "What a request's body may take; three times as long as a client waits for an export.");
    static final SettingKey<Duration> SIDECAR_WRITE_TIMEOUT = key(
            "sluice.sidecar.write.timeout",
            SettingType.duration(MILLI),
            text(HttpServerSettings.WRITE_TIMEOUT),
            "What a peer may take to accept an answer; then its connection is closed.");
    static final SettingKey<Duration> SIDECAR_IDLE_TIMEOUT = key(
            "sluice.sidecar.idle.timeout",
            SettingType.duration(MILLI),
            text(ReceiverReader.IDLE_TIMEOUT),
            "How long a connection may be without a request. Longer than the minute between two exports of metrics.");
    static final SettingKey<Duration> SIDECAR_MAX_AGE = key(
            "sluice.sidecar.connection.max.age",
            SettingType.duration(Duration.ZERO),
            text(ReceiverReader.MAX_AGE),
            "A connection that is this old is ended with the requests that it has, by GOAWAY or Connection: close, so that"
                    + " its peer shows its certificate anew; zero for never.");
    static final SettingKey<Integer> SIDECAR_STREAMS = key(
            "sluice.sidecar.http2.max.streams",
            SettingType.integer(1, 1 << 16),
            Integer.toString(ReceiverReader.HTTP2.maxStreams()),
            "Requests at a time on one HTTP/2 connection; one more is refused alone. Above the hundred that the protocol"
                    + " recommends at least.");
    static final SettingKey<Long> SIDECAR_WINDOW = key(
            "sluice.sidecar.http2.window.bytes",
            SettingType.bytes(Http2Limits.MIN_WINDOW_BYTES, Http2Limits.MAX_WINDOW_BYTES),
            Integer.toString(ReceiverReader.HTTP2.windowBytes()),
            "What an HTTP/2 connection may send before it is told that there is room. A batch fits.");
    static final SettingKey<Integer> SIDECAR_RESETS = key(
            "sluice.sidecar.http2.max.resets",
            SettingType.integer(1, 1 << 20),
            Integer.toString(ReceiverReader.HTTP2.maxResets()),
            "Requests that an HTTP/2 connection may begin and reset in sluice.sidecar.http2.flood.window; then it is ended"
                    + " (CVE-2023-44487).");
    static final SettingKey<Integer> SIDECAR_CONTROL_FRAMES = key(
            "sluice.sidecar.http2.max.control.frames",
            SettingType.integer(1, 1 << 20),
            Integer.toString(ReceiverReader.HTTP2.maxControlFrames()),
            "Pings, settings and window updates that an HTTP/2 connection may send in sluice.sidecar.http2.flood.window"
                    + " beyond four a request; then it is ended (CVE-2019-9512).");
    static final SettingKey<Integer> SIDECAR_CONTINUATIONS = key(
            "sluice.sidecar.http2.max.continuations",
            SettingType.integer(1, 1 << 10),
            Integer.toString(ReceiverReader.HTTP2.maxContinuations()),
            "Small pieces in which the headers of an HTTP/2 request may come; then its connection is ended"
                    + " (CVE-2024-27316).");
    static final SettingKey<Duration> SIDECAR_FLOOD_WINDOW = key(
            "sluice.sidecar.http2.flood.window",
            SettingType.duration(Duration.ofSeconds(1)),
            text(ReceiverReader.HTTP2.floodWindow()),
            "The time over which resets and control frames are counted, in whole seconds.");
    static final SettingKey<Path> SIDECAR_TLS_CERTIFICATE = key(
            "sluice.sidecar.tls.certificate",
            SettingType.path(),
            "none: no TLS",
            "A PEM file with the sidecar's certificate chain, its own first. With it every address takes TLS.");
    static final SettingKey<Path> SIDECAR_TLS_KEY = key(
            "sluice.sidecar.tls.key",
            SettingType.path(),
            "none",
            "A PEM file with the unencrypted private key (PKCS#8, PKCS#1 or SEC1) of the sidecar's certificate.");
    static final SettingKey<Path> SIDECAR_TLS_CLIENTS = key(
            "sluice.sidecar.tls.client.certificates",
            SettingType.path(),
            "none: peers show no certificate",
            "A PEM file with the authorities of which every peer over TLS has to show a certificate.");
    static final SettingKey<Boolean> SIDECAR_TLS_REQUIRED = key(
            "sluice.sidecar.tls.required",
            SettingType.bool(),
            "true",
            "Whether, with a certificate, connections over TCP that are not TLS are refused; if false both are taken on"
                    + " every address.");
    static final SettingKey<String> SIDECAR_SENDER_HEADER = key(
            "sluice.sidecar.sender.header",
            SettingType.headerName(),
            "none: each connection is a sender",
            "The header of requests that tells senders apart where no certificate or token does. Room is shared fairly"
                    + " between senders, and none waits behind another's backlog.");
    static final SettingKey<Integer> SIDECAR_MAX_SENDERS = key(
            "sluice.sidecar.max.senders",
            SettingType.integer(1, 1 << 16),
            "1024",
            "Senders that are told apart at once; those beyond share one place. One that was silent for a minute makes"
                    + " way.");
    static final SettingKey<Integer> SIDECAR_SHOWN_SENDERS = key(
            "sluice.sidecar.metrics.max.senders",
            SettingType.integer(0, 1 << 10),
            "20",
            "Senders that have metrics of their own, those with the most items; the rest are summed up.");
    static final SettingKey<Duration> SIDECAR_SELF_METRICS = key(
            "sluice.sidecar.self.metrics.interval",
            SettingType.duration(Duration.ZERO),
            "zero: none",
            "How often the sidecar sends what it shows at /metrics to its own destination, as OTLP.");
    static final SettingKey<CustodyOptions.Ack> SIDECAR_ACK = key(
            "sluice.sidecar.ack",
            SettingType.oneOf(CustodyOptions.Ack.class),
            "custody",
            "When a request is answered: once it is held, or once the destination has answered, with that answer. The"
                    + " second survives the end of the sidecar and costs its sender the wait.");
    static final SettingKey<Duration> SIDECAR_ACK_TIMEOUT = key(
            "sluice.sidecar.ack.timeout",
            SettingType.duration(MILLI),
            "9 s",
            "With sluice.sidecar.ack=delivery, a request that is not settled by then is answered 503; it is still held, so"
                    + " it may arrive twice. Just below the 10 s that clients wait by default.");
    static final SettingKey<String> SIDECAR_ORIGINS = key(
            "sluice.sidecar.cors.allowed.origins",
            SettingType.text(AccessReader.ORIGINS),
            "none",
            "Origins of the pages that may send from a browser, which asks beforehand. With none, browsers keep pages of"
                    + " other sites from sending.");
    static final SettingKey<Path> SIDECAR_AUTH_FILE = key(
            "sluice.sidecar.auth.file",
            SettingType.path(),
            "none: no token is needed",
            "A file of tokens, one a line, of which each request has to show one; read again every two seconds while"
                    + " requests come. Replace it as a whole. By default only this machine can send.");
    static final SettingKey<String> SIDECAR_AUTH_HEADER = key(
            "sluice.sidecar.auth.header",
            SettingType.text("a header's name as HTTP allows it"),
            "authorization",
            "The header that shows the token: after Bearer in authorization, alone in any other.");
    static final SettingKey<Long> SIDECAR_RATE = key(
            "sluice.sidecar.max.bytes.per.second",
            SettingType.bytes(1024, 1L << 40),
            "no limit",
            "Bytes that are let in per second, of all senders together, as they are sent; what is beyond is refused with 429"
                    + " and the time to wait. Without it custody alone is the bound: it follows the destination.");
    static final SettingKey<Duration> SIDECAR_BATCH_DELAY = key(
            "sluice.sidecar.batch.delay",
            SettingType.duration(MILLI),
            "200 ms",
            "A merged request leaves once its first part has waited this long.");

    // ---- the agent's SDK --------------------------------------------------------------------------------------

    private static final List<SettingKey<?>> OF_THE_SDK = List.of(
            key(
                    "otel.sdk.disabled",
                    SettingType.flag(),
                    "false",
                    "Whether the agent's SDK does nothing at all. Read by the SDK, as those that follow."),
            key(
                    "otel.service.name",
                    SettingType.text("any text"),
                    "unknown_service:java, or what the agent finds out",
                    "The name under which backends show this program; comes before otel.resource.attributes."),
            key(
                    "otel.resource.attributes",
                    SettingType.pairs(),
                    "none",
                    "Attributes of all telemetry of this program."),
            exporters(Signal.TRACES),
            exporters(Signal.METRICS),
            exporters(Signal.LOGS),
            key(
                    "otel.metric.export.interval",
                    SettingType.duration(MILLI),
                    "60 s",
                    "From one collection of metrics to the next."),
            key(
                    "otel.exporter.otlp.metrics.temporality.preference",
                    SettingType.oneOf("cumulative", "delta", "lowmemory"),
                    "cumulative",
                    "Whether a counter tells its total or its change since the last export."),
            key(
                    "otel.java.metrics.cardinality.limit",
                    SettingType.integer(1, Integer.MAX_VALUE),
                    "2000",
                    "Attribute sets that an instrument keeps; what comes beyond is summed up under one."),
            limit("otel.attribute.count.limit", "128", "Attributes of a span, event, link or log record."),
            limit("otel.attribute.value.length.limit", "none", "Characters of an attribute's text."),
            limit("otel.span.attribute.count.limit", "as otel.attribute.count.limit", "Attributes of a span."),
            limit("otel.span.event.count.limit", "128", "Events of a span."),
            limit("otel.span.link.count.limit", "128", "Links of a span."),
            key(
                    "otel.experimental.sdk.telemetry.version",
                    SettingType.oneOf("legacy", "latest"),
                    "legacy",
                    "Which figures of its own the SDK tells. Those of what Sluice replaces are told by Sluice, under the"
                            + " latest names: see sluice.self.metrics."),
            key(
                    "otel.java.exporter.memory_mode",
                    SettingType.oneOf("reusable_data", "immutable_data"),
                    "reusable_data",
                    "Accepted and without effect: how upstream's exporters encode. Sluice always encodes into buffers that"
                            + " it uses again."),
            key(
                    "otel.experimental.otlp.buffer-size",
                    SettingType.text("a size"),
                    "50KiB",
                    "Accepted and without effect: a buffer of upstream's encoders. Sluice measures first and takes a buffer"
                            + " of that size."),
            key(
                    "otel.exporter.otlp.metrics.default.histogram.aggregation",
                    SettingType.oneOf("explicit_bucket_histogram", "base2_exponential_bucket_histogram"),
                    "explicit_bucket_histogram",
                    "The shape of histograms for which nobody chose another."));

    /** Upstream's batch processors stop waiting for an export after this; what still waits here is a flush. */
    private static SettingKey<Duration> flushTimeout(String name, String items) {
        return key(
                name,
                SettingType.duration(Duration.ZERO),
                text(PipelineDefaults.FLUSH_TIMEOUT),
                "How long a forceFlush of " + items
                        + " waits before it is told to have failed; zero for no limit. What is"
                        + " held is still delivered: otel.exporter.otlp.timeout bounds an attempt, sluice.retry.max.elapsed"
                        + " a batch.");
    }

    private Keys() {}

    private static SettingKey<String> exporters(Signal signal) {
        return key(
                "otel." + signal.key() + ".exporter",
                SettingType.text("names separated by commas"),
                "otlp",
                "Who exports " + signal.key() + ": otlp is Sluice, none is nobody, others are the SDK's.");
    }

    private static SettingKey<Integer> limit(String name, String defaultText, String about) {
        return key(name, SettingType.integer(0, Integer.MAX_VALUE), defaultText, about + " What is more is cut off.");
    }

    /** A setting that exists for each signal beside its general form. */
    static <T> SettingKey<T> forSignal(SettingKey<T> general, Signal signal) {
        String name = general.name()
                .replace(
                        "otel.exporter.otlp.",
                        "otel.exporter.otlp." + signal.name().toLowerCase(Locale.ROOT) + ".")
                .replace("sluice.", "sluice." + signal.key() + ".");
        String about = general.name().equals(ENDPOINT.name())
                ? "The full URL for this signal; nothing is appended."
                : general.about();
        return new SettingKey<>(name, general.type(), "as " + general.name(), about);
    }

    /** Settings that exist for each signal beside their general form. */
    static List<SettingKey<?>> perSignal() {
        return List.of(
                ENDPOINT,
                HEADERS,
                COMPRESSION,
                COMPRESSION_LEVEL,
                TIMEOUT,
                PROTOCOL,
                CERTIFICATE,
                CLIENT_KEY,
                CLIENT_CERTIFICATE,
                OVERFLOW,
                OVERFLOW_BLOCK,
                MAX_REQUEST_BYTES,
                MAX_RESPONSE_BYTES);
    }

    private static <T> SettingKey<T> key(String name, SettingType<T> type, String defaultText, String about) {
        SettingKey<T> key = new SettingKey<>(name, type, defaultText, about);
        ALL.add(key);
        return key;
    }

    private static String text(Duration duration) {
        return duration.toMillis() % 1000 == 0 ? duration.toSeconds() + " s" : duration.toMillis() + " ms";
    }

    /** Settings that the agent's SDK obeys; read here so that they are checked and explained with the rest. */
    static List<SettingKey<?>> ofTheSdk() {
        return OF_THE_SDK;
    }

    /** Every setting, in the order of this table. */
    static List<SettingKey<?>> all() {
        return List.copyOf(ALL);
    }
}
