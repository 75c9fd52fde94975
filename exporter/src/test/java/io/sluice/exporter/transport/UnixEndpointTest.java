package io.sluice.exporter.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnixEndpointTest {

    @ParameterizedTest
    @CsvSource({
        "unix:///run/otel.sock, /run/otel.sock, ''",
        "unix:/run/otel.sock, /run/otel.sock, ''",
        "unix:///a%20b, /a b, ''",
        "unix:///run/otel.sock:/v1/traces, /run/otel.sock, /v1/traces",
        "unix:///run/a:b.sock:/, /run/a:b.sock, /",
    })
    void url_namesTheFileAndThePath(String url, String socket, String requestPath) {
        UnixEndpoint parsed = UnixEndpoint.parse(URI.create(url));

        assertThat(parsed).isEqualTo(new UnixEndpoint(Path.of(socket), requestPath));
        assertThat(parsed.address().getPath()).isEqualTo(Path.of(socket));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"unix:relative", "unix://host/s", "unix:///", "unix:///s?q", "unix:///s#f", "http:///s", "/s"})
    void anythingElse_isRefusedByName(String url) {
        assertThatThrownBy(() -> UnixEndpoint.parse(URI.create(url)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("endpoint is " + url + "; allowed: unix:///path/to.sock");
    }

    @Test
    void append_goesToThePathOfTheRequest() {
        assertThat(UnixEndpoint.parse(URI.create("unix:///s")).append("/v1/logs"))
                .isEqualTo(URI.create("unix:///s:/v1/logs"));
        assertThat(UnixEndpoint.parse(URI.create("unix:///s:/p/")).append("/v1/logs"))
                .isEqualTo(URI.create("unix:///s:/p/v1/logs"));
        assertThat(UnixEndpoint.parse(URI.create("unix:///a%20b")).append("/v1/logs"))
                .isEqualTo(URI.create("unix:///a%20b:/v1/logs"));
    }
}
