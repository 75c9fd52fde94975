package io.sluice.conformance;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** What one scenario plays on: peers and clients of one column, which end with it. */
final class Stage implements AutoCloseable {

    private final Column column;
    private final Peers peers;
    private final Deque<AutoCloseable> opened = new ConcurrentLinkedDeque<>();

    Stage(Column column, Peers peers) {
        this.column = column;
        this.peers = peers;
    }

    Product product() {
        return column.product();
    }

    Protocol protocol() {
        return column.protocol();
    }

    boolean isSluice() {
        return product() == Product.SLUICE;
    }

    /** Whether peers can answer so. */
    boolean shows(Answer answer) {
        return peers.shows(answer);
    }

    /** Whether peers see each header and take every path. */
    boolean showsEverything() {
        return peers.showsEverything();
    }

    /** @throws CannotShow unless peers show everything */
    void needsEveryDetail() {
        if (!showsEverything()) {
            throw new CannotShow("every detail of requests");
        }
    }

    /** A peer that gives these answers, one a request, and the last to all that follow. */
    Peer peer(Answer... answers) throws Exception {
        Peer peer = absentPeer(answers);
        peer.door().open();
        return peer;
    }

    /** One that refuses connections until its door is opened. */
    Peer absentPeer(Answer... answers) throws Exception {
        return keep(peers.open(protocol(), List.of(answers)), "http");
    }

    /** One that speaks TLS and wants to see a certificate, both by {@link #identities()}. */
    Peer securePeer(Answer... answers) throws Exception {
        Peer peer = keep(peers.openSecure(protocol(), List.of(answers)), "https");
        peer.door().open();
        return peer;
    }

    Identities identities() {
        return peers.identities();
    }

    private Peer keep(Server server, String scheme) throws IOException {
        Peer peer = new Peer(server, scheme);
        opened.push(peer);
        return peer;
    }

    /** A client of {@code peer}. */
    Client client(Peer peer) {
        return client(peer, Map.of());
    }

    /** A client of {@code peer} with further settings. */
    Client client(Peer peer, Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(peer.settings());
        all.put("otel.exporter.otlp.protocol", protocol().setting);
        all.putAll(settings);
        return client(all);
    }

    /** A client that knows only these settings. */
    Client client(Map<String, String> settings) {
        Client client = Client.start(product(), settings);
        opened.push(client);
        return client;
    }

    /** Runs {@code parts} beside each other; their results in the same order. */
    <T> List<T> together(List<Callable<T>> parts) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(parts.size());
        try {
            List<T> results = new ArrayList<>();
            for (Future<T> result : threads.invokeAll(parts)) {
                results.add(result.get());
            }
            return results;
        } catch (ExecutionException e) {
            throw e.getCause() instanceof CannotShow missing ? missing : e;
        } finally {
            threads.shutdownNow();
        }
    }

    /** Ends what was opened, the latest first. */
    @Override
    public void close() throws Exception {
        for (AutoCloseable last : new ArrayDeque<>(opened)) {
            last.close();
        }
    }
}
