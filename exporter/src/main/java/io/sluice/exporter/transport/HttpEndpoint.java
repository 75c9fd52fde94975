package io.sluice.exporter.transport;

import io.grpc.netty.shaded.io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpHeaderNames;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpHeaders;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.util.Map;

/** Where requests go and what each of them says about itself. Immutable; any thread. */
final class HttpEndpoint {

    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;
    private static final String LOCALHOST = "localhost";
    private static final String CONTENT_TYPE = "application/x-protobuf";

    private final boolean secure;
    private final String name;
    private final String target;
    private final InetSocketAddress address;
    private final SocketAddress remote;
    private final HttpHeaders headers;

    /**
     * @throws IllegalArgumentException if the URL is not http or https with a host, or unix with a file, or a header is
     *     not one
     */
    HttpEndpoint(URI url, Map<String, String> extraHeaders, String userAgent) {
        this.secure = "https".equalsIgnoreCase(url.getScheme());
        this.headers = DefaultHttpHeadersFactory.headersFactory().newHeaders();
        if (UnixEndpoint.isUnix(url)) {
            UnixEndpoint file = UnixEndpoint.parse(url);
            this.target = file.requestPath().isEmpty() ? "/" : file.requestPath();
            this.name = url.toString();
            this.address = InetSocketAddress.createUnresolved(LOCALHOST, HTTP_PORT);
            this.remote = file.address();
            headers.set(HttpHeaderNames.HOST, LOCALHOST);
        } else {
            if ((!secure && !"http".equalsIgnoreCase(url.getScheme())) || url.getHost() == null) {
                throw new IllegalArgumentException("endpoint is " + withoutUser(url)
                        + "; allowed: http://host[:port][/path], https:// or " + UnixEndpoint.ALLOWED);
            }
            String path = url.getRawPath() == null || url.getRawPath().isEmpty() ? "/" : url.getRawPath();
            int defaultPort = secure ? HTTPS_PORT : HTTP_PORT;
            int port = url.getPort() < 0 ? defaultPort : url.getPort();
            String host = url.getHost();
            this.target = url.getRawQuery() == null ? path : path + "?" + url.getRawQuery();
            // Without user info: it must not show up in a log.
            this.name = (secure ? "https://" : "http://") + host + (url.getPort() < 0 ? "" : ":" + port) + path;
            this.address = InetSocketAddress.createUnresolved(
                    host.startsWith("[") ? host.substring(1, host.length() - 1) : host, port);
            this.remote = address;
            headers.set(HttpHeaderNames.HOST, port == defaultPort ? host : host + ":" + port);
        }
        headers.set(HttpHeaderNames.USER_AGENT, userAgent);
        extraHeaders.forEach(this::add);
        headers.set(HttpHeaderNames.CONTENT_TYPE, CONTENT_TYPE);
    }

    /** The user may be followed by a password. */
    private static String withoutUser(URI url) {
        return url.toString().replaceFirst("//[^/]*@", "//***@");
    }

    private void add(String header, String value) {
        try {
            headers.set(header, value);
        } catch (IllegalArgumentException e) {
            // Without the value, which may be a secret.
            throw new IllegalArgumentException("header " + header + " is not one that HTTP allows", e);
        }
    }

    /** For people: the URL without query and user. */
    String name() {
        return name;
    }

    /** Whether requests go over TLS. */
    boolean isSecure() {
        return secure;
    }

    /** What the request line asks for. */
    String target() {
        return target;
    }

    /** Unresolved: each connection looks the name up, so that a change of address is noticed. */
    InetSocketAddress address() {
        return address;
    }

    /** What to connect to: {@link #address}, or a socket file. */
    SocketAddress remote() {
        return remote;
    }

    HttpHeaders newHeaders() {
        return headers.copy();
    }
}
