package io.sluice.applications;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.applications.Application.Request;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Requests to one server. Each begins a trace whose id, and whose caller's span id, are known beforehand. */
final class Traffic {

    /** At a time. */
    private static final int CONNECTIONS = 4;

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();
    private final String address;

    /** Trace ids in hexadecimal, and the span id that the caller claims to have. */
    final Map<String, String> driven = new LinkedHashMap<>();

    Traffic(int port) {
        address = "http://127.0.0.1:" + port;
    }

    /** Status and body, with digits that differ between runs taken out. */
    String ask(String path) throws IOException, InterruptedException {
        HttpResponse<String> answer = client.send(request(Request.get(path)).build(), BodyHandlers.ofString());
        return answer.statusCode() + " " + answer.body().replaceAll("[0-9]+", "N");
    }

    /** Whether somebody is there who says that all is well. */
    boolean isUp(String path) {
        try {
            return ask(path).startsWith("200 ");
        } catch (IOException notYet) {
            return false;
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    /** Makes {@code count} requests, some at a time, and waits for all of the answers. */
    void drive(List<Request> requests, int count) {
        List<CompletableFuture<Void>> lanes = new ArrayList<>();
        for (int lane = 0; lane < CONNECTIONS; lane++) {
            CompletableFuture<Void> chain = CompletableFuture.completedFuture(null);
            for (int number = lane; number < count; number += CONNECTIONS) {
                Request request = requests.get(number % requests.size());
                HttpRequest traced = traced(request, number);
                chain = chain.thenCompose(previous -> client.sendAsync(traced, BodyHandlers.ofString())
                        .thenAccept(answer -> assertThat(answer.statusCode())
                                .as(request + ": " + answer.body())
                                .isEqualTo(request.status())));
            }
            lanes.add(chain);
        }
        lanes.forEach(CompletableFuture::join);
    }

    private HttpRequest traced(Request request, int number) {
        String traceId = String.format(Locale.ROOT, "5105%028x", number + 1);
        String callerId = String.format(Locale.ROOT, "ca11%012x", number + 1);
        driven.put(traceId, callerId);
        return request(request)
                .header("traceparent", "00-" + traceId + "-" + callerId + "-01")
                .build();
    }

    private HttpRequest.Builder request(Request request) {
        HttpRequest.Builder builder =
                HttpRequest.newBuilder(URI.create(address + request.path())).timeout(PATIENCE);
        return request.method().equals("GET")
                ? builder.GET()
                : builder.header("Content-Type", "application/json")
                        .method(request.method(), BodyPublishers.ofString(request.body()));
    }
}
