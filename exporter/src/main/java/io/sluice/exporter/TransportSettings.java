package io.sluice.exporter;

import io.sluice.exporter.headers.HeaderSource;
import io.sluice.exporter.tls.TlsSettings;
import io.sluice.runtime.Handle;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Where and how one signal is sent: what all protocols have in common, and the way to a transport that obeys it. Nothing
 * of a protocol is loaded before settings for it are made.
 */
public interface TransportSettings {

    /** The protocol in names of metrics: {@code http} or {@code grpc}. */
    String protocol();

    /** What they are made of. */
    EndpointSettings common();

    /** Where to, as it was set. */
    default URI endpoint() {
        return common().endpoint();
    }

    /** Sent with each request. */
    default Map<String, String> headers() {
        return common().headers();
    }

    /** Of requests. */
    default Compression compression() {
        return common().compression();
    }

    /** For one connection attempt, name lookup included. */
    default Duration connectTimeout() {
        return common().connectTimeout();
    }

    /** For one attempt, from its start to the end of the response. */
    default Duration exportTimeout() {
        return common().exportTimeout();
    }

    /** A larger response, also after decompression, is a final failure. */
    default int maxResponseBytes() {
        return common().maxResponseBytes();
    }

    /** How large a request may be where nobody set it: what receivers of the protocol are known to take. */
    default int usualRequestBytes() {
        return PipelineDefaults.MAX_REQUEST_BYTES;
    }

    /** Obeyed if the endpoint asks for it. */
    default TlsSettings tls() {
        return common().tls();
    }

    /** Asked for further headers before each attempt. */
    default Optional<HeaderSource> headerSource() {
        return common().headerSource();
    }

    /** A connection that is this old takes no further request. */
    default Duration maxConnectionAge() {
        return common().maxConnectionAge();
    }

    /** These with other TLS. */
    TransportSettings withTls(TlsSettings other);

    /** These with another source of headers. */
    TransportSettings withHeaderSource(HeaderSource other);

    /**
     * A transport that obeys these settings. Connects with the first send, not before. Reads the files of TLS, if the
     * endpoint asks for it, so it may wait for the disk.
     *
     * @param log where it is told that files of TLS have changed, and that changed files are broken
     * @throws IllegalArgumentException if the transport cannot obey, saying what
     */
    Transport open(Handle handle, DiagnosticLog log);
}
