package io.sluice.conformance;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.common.Notifier;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import com.github.tomakehurst.wiremock.extension.ResponseDefinitionTransformerV2;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.http.ResponseDefinition;
import com.github.tomakehurst.wiremock.stubbing.ServeEvent;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import io.sluice.exporter.Signal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;

/** An OTLP/HTTP receiver that answers by script: WireMock. */
final class HttpServer implements Server {

    private final Script script;
    private final WireMockServer server;
    private final boolean secure;

    private HttpServer(Script script, WireMockConfiguration configuration, boolean secure) {
        this.script = script;
        this.secure = secure;
        this.server = new WireMockServer(configuration
                .bindAddress("127.0.0.1")
                .disableRequestJournal()
                .gzipDisabled(true)
                .jettyStopTimeout(100L)
                .notifier(new Silence())
                .extensions(new ByScript()));
        server.stubFor(any(anyUrl()).willReturn(aResponse()));
        server.start();
    }

    static HttpServer open(List<Answer> answers) {
        return new HttpServer(new Script(answers), options().dynamicPort(), false);
    }

    static HttpServer openSecure(Identities identities, List<Answer> answers) {
        WireMockConfiguration configuration = options()
                .dynamicPort()
                .dynamicHttpsPort()
                .keystoreType("PKCS12")
                .keystorePath(identities.serverStore().toString())
                .keystorePassword(Identities.PASSWORD)
                .keyManagerPassword(Identities.PASSWORD)
                .trustStoreType("PKCS12")
                .trustStorePath(identities.trustStore().toString())
                .trustStorePassword(Identities.PASSWORD)
                .needClientAuth(true);
        return new HttpServer(new Script(answers), configuration, true);
    }

    @Override
    public int port() {
        return secure ? server.httpsPort() : server.port();
    }

    @Override
    public List<Seen> seen() {
        return script.seen();
    }

    @Override
    public Map<String, String> settings() {
        return Map.of();
    }

    /** WireMock ends them by itself. */
    @Override
    public void disconnectBy(Runnable cut) {}

    @Override
    public void close() {
        script.release();
        server.stop();
    }

    private final class ByScript implements ResponseDefinitionTransformerV2 {
        @Override
        public String getName() {
            return "by-script";
        }

        @Override
        public ResponseDefinition transform(ServeEvent event) {
            Seen seen = read(event.getRequest());
            return response(script.answer(seen), seen.signal()).build();
        }
    }

    private static Seen read(LoggedRequest request) {
        Map<String, String> headers = new HashMap<>();
        request.getHeaders()
                .all()
                .forEach(header -> headers.put(header.key().toLowerCase(Locale.ROOT), header.firstValue()));
        String path = request.getMethod() + " " + request.getUrl();
        Signal signal = Signal.TRACES;
        for (Signal each : Signal.values()) {
            if (path.contains(each.key())) {
                signal = each;
            }
        }
        return Seen.of(signal, path, headers, request.getBody());
    }

    private ResponseDefinitionBuilder response(Answer answer, Signal signal) {
        if (answer instanceof Answer.Taken taken) {
            script.pause(taken.after());
            return success(new byte[0]);
        } else if (answer instanceof Answer.PartlyTaken partly) {
            return success(Responses.partial(signal, partly.rejected(), "some were not liked"));
        } else if (answer instanceof Answer.Refused) {
            return aResponse().withStatus(400);
        } else if (answer instanceof Answer.Busy busy) {
            return comeBack(503, busy.delay());
        } else if (answer instanceof Answer.Exhausted exhausted) {
            return comeBack(429, exhausted.delay());
        } else if (answer instanceof Answer.Http http) {
            ResponseDefinitionBuilder response = aResponse().withStatus(http.status());
            http.headers().forEach(response::withHeader);
            return response;
        } else if (answer instanceof Answer.Bulky bulky) {
            byte[] body = Responses.bulky(bulky.bytes());
            return bulky.gzip() ? success(gzip(body)).withHeader("Content-Encoding", "gzip") : success(body);
        } else if (answer instanceof Answer.Disconnect disconnect) {
            return aResponse()
                    .withFault(disconnect.withReset() ? Fault.CONNECTION_RESET_BY_PEER : Fault.EMPTY_RESPONSE);
        }
        throw new CannotShow(answer + " over HTTP");
    }

    private static ResponseDefinitionBuilder success(byte[] body) {
        return aResponse()
                .withStatus(200)
                .withHeader("Content-Type", "application/x-protobuf")
                .withBody(body);
    }

    private static ResponseDefinitionBuilder comeBack(int status, Optional<Duration> delay) {
        ResponseDefinitionBuilder response = aResponse().withStatus(status);
        delay.ifPresent(after -> response.withHeader("Retry-After", Long.toString(after.toSeconds())));
        return response;
    }

    private static byte[] gzip(byte[] bytes) {
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
            out.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return zipped.toByteArray();
    }

    /** What clients that break off make WireMock say is no news here. */
    private static final class Silence implements Notifier {
        @Override
        public void info(String message) {}

        @Override
        public void error(String message) {}

        @Override
        public void error(String message, Throwable cause) {}
    }
}
