package io.sluice.examples.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntConsumer;

/**
 * Sends a known number of requests to the shop, each with ids of its own choice in {@code traceparent}, so that its server
 * span can be looked for at the far end without asking anybody in between.
 */
final class Driver {

    private static final int SENDERS = 4;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final SecureRandom random = new SecureRandom();
    private final URI shop;

    Driver(URI shop) {
        this.shop = shop;
    }

    /**
     * Sends {@code requests} requests, a few at a time, and waits for their answers.
     *
     * @param progress told how many have been answered
     * @return what was sent, in order
     */
    List<Driven> drive(int requests, IntConsumer progress) throws InterruptedException {
        List<Driven> driven = new ArrayList<>();
        ExecutorService senders = Executors.newFixedThreadPool(SENDERS, task -> new Thread(task, "driver"));
        try {
            ExecutorCompletionService<Driven> answers = new ExecutorCompletionService<>(senders);
            for (int number = 1; number <= requests; number++) {
                int next = number;
                answers.submit(() -> send(next));
                if (number == 1 || number > SENDERS) {
                    // The first alone, as others ask for its order.
                    driven.add(answers.take().get());
                    progress.accept(driven.size());
                }
            }
            while (driven.size() < requests) {
                driven.add(answers.take().get());
                progress.accept(driven.size());
            }
        } catch (ExecutionException bug) {
            throw new IllegalStateException(bug.getCause());
        } finally {
            senders.shutdownNow();
        }
        driven.sort(Comparator.comparingInt(Driven::number));
        return driven;
    }

    private Driven send(int number) throws InterruptedException {
        RequestKind kind = RequestKind.ofNumber(number - 1);
        String traceId = randomHex(16);
        String spanId = randomHex(8);
        HttpRequest request = kind.toShop(shop, "00-" + traceId + "-" + spanId + "-01");
        int status;
        try {
            status = http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        } catch (IOException failed) {
            status = 0;
        }
        return new Driven(number, kind, traceId, spanId, status);
    }

    private String randomHex(int bytes) {
        byte[] id = new byte[bytes];
        random.nextBytes(id);
        id[0] |= 1; // An id of zeros only is invalid.
        return HexFormat.of().formatHex(id);
    }
}
