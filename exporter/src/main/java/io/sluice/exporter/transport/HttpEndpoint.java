package io.sluice.exporter.transport;

import io.grpc.netty.shaded.io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpHeaderNames;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpHeaders;
import io.sluice.exporter.EndpointSettings;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Where requests go and what each of them says about itself. Immutable; any thread. */
final class HttpEndpoint {

    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;
    private static final String LOCALHOST = "localhost";
    /** Somebody else's would make another request of ours, or two of one. */
    private static final List<String> ABOUT_THE_BODY =
            List.of("content-length", "content-encoding", "transfer-encoding");

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
                throw new IllegalArgumentException("endpoint is " + EndpointSettings.withoutUser(url)
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
        extraHeaders.forEach((header, value) -> add(headers, header, value));
        headers.set(HttpHeaderNames.CONTENT_TYPE, CONTENT_TYPE);
    }

    private static void add(HttpHeaders headers, String header, String value) {
        if (ABOUT_THE_BODY.contains(header.toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException("header " + header + " belongs to the transport; allowed: any but "
                    + String.join(", ", ABOUT_THE_BODY));
        }
        try {
            headers.set(header, value);
        } catch (IllegalArgumentException e) {
            // Without the value, which may be a secret, and without the cause, which may quote it.
            throw new IllegalArgumentException("header " + header + " is not one that HTTP allows");
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

    /** Of one request, without those about its body. */
    HttpHeaders newHeaders() {
        return headers.copy();
    }

    /**
     * The same with {@code more}, which come first.
     *
     * @throws IllegalArgumentException if one of them is no header, without its value
     */
    HttpHeaders newHeaders(Map<String, String> more) {
        // Checked on their own: a copy of Netty's headers checks nothing.
        HttpHeaders checked = DefaultHttpHeadersFactory.headersFactory().newHeaders();
        more.forEach((header, value) -> add(checked, header, value));
        HttpHeaders all = newHeaders();
        checked.forEach(header -> all.set(header.getKey(), header.getValue()));
        all.set(HttpHeaderNames.CONTENT_TYPE, CONTENT_TYPE);
        return all;
    }
}
