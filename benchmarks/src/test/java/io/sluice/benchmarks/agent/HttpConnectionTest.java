package io.sluice.benchmarks.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers end where they end, so that the next one on the connection is read as it is. */
class HttpConnectionTest {

    private static InputStream bytes(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 \r\nContent-Length: 5\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n10\r\n0123456789abcdef\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\n\r\n"
            })
    void answer_isReadToItsEnd(String answer) throws IOException {
        InputStream in = bytes(answer + "HTTP/1.1 404 \r\ncontent-length: 0\r\n\r\n");

        assertThat(HttpConnection.readAnswer(in)).isEqualTo(200);
        assertThat(HttpConnection.readAnswer(in)).isEqualTo(404);
        assertThat(in.read()).isNegative();
    }

    @Test
    void answerThatBreaksOff_isNoAnswer() {
        assertThatThrownBy(() -> HttpConnection.readAnswer(bytes("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel")))
                .isInstanceOf(EOFException.class);
    }
}
