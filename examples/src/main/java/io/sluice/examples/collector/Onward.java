package io.sluice.examples.collector;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Passes requests on as they came, byte for byte, and hands back the answer. Any thread. */
final class Onward {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(LIMIT)
            .build();
    private final URI destination;

    Onward(URI destination) {
        this.destination = destination;
    }

    /** The destination's answer, or none if it gave none. */
    Reply pass(String path, String contentType, String contentEncoding, byte[] body) throws InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(destination.resolve(path))
                .timeout(LIMIT)
                .header("Content-Type", contentType)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        if (!contentEncoding.isEmpty()) {
            request.header("Content-Encoding", contentEncoding);
        }
        try {
            HttpResponse<byte[]> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            return new Reply.Passed(
                    answer.statusCode(),
                    answer.headers().firstValue("Retry-After"),
                    ByteString.copyFrom(answer.body()));
        } catch (IOException gone) {
            return new Reply.HungUp();
        }
    }
}
