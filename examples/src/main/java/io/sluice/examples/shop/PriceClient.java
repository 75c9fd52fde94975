package io.sluice.examples.shop;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Asks the price service over HTTP, as if it were another team's. Any thread. */
final class PriceClient {

    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final Pattern CENTS = Pattern.compile("\"cents\":(\\d{1,9})");

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(LIMIT)
            .build();
    private final URI service;

    PriceClient(URI service) {
        this.service = service;
    }

    /**
     * What one piece costs; empty if there is no such item.
     *
     * @throws IOException if the price service fails or does not answer in time
     */
    OptionalLong cents(String item) throws IOException, InterruptedException {
        URI uri = service.resolve("/price?item=" + URLEncoder.encode(item, StandardCharsets.UTF_8));
        HttpResponse<String> answer =
                http.send(HttpRequest.newBuilder(uri).timeout(LIMIT).build(), HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() == 404) {
            return OptionalLong.empty();
        }
        Matcher cents = CENTS.matcher(answer.body());
        if (answer.statusCode() != 200 || !cents.find()) {
            throw new IOException("the price service answered " + answer.statusCode());
        }
        return OptionalLong.of(Long.parseLong(cents.group(1)));
    }
}
