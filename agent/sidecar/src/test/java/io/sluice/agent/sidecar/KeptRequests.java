package io.sluice.agent.sidecar;

import io.sluice.exporter.transport.HttpRequest;
import io.sluice.exporter.transport.HttpResponse;
import io.sluice.exporter.transport.HttpServer;
import io.sluice.exporter.transport.HttpServerSettings;
import io.sluice.exporter.transport.RequestHandler;
import io.sluice.exporter.transport.Responder;
import io.sluice.runtime.AsyncRuntime;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A collector that keeps what it gets, byte by byte, of whatever signal, and says yes. */
final class KeptRequests implements RequestHandler {

    private final AsyncRuntime runtime =
            AsyncRuntime.builder().workerThreads(1).threadName("kept").build();
    private final HttpServer server;
    private final Queue<HttpRequest> requests = new ConcurrentLinkedQueue<>();

    KeptRequests() throws IOException {
        server = HttpServer.bind(
                runtime.handle(),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                HttpServerSettings.defaults(),
                this);
    }

    String url() {
        return "http://127.0.0.1:" + server.localAddress().getPort();
    }

    /** The bodies that came to {@code path}, in their order. */
    List<byte[]> at(String path) {
        return requests.stream()
                .filter(request -> request.head().path().equals(path))
                .map(HttpRequest::body)
                .toList();
    }

    @Override
    public void handle(HttpRequest request, Responder responder) {
        requests.add(request);
        responder.respond(new HttpResponse(200, "application/x-protobuf", new byte[0]));
    }

    void stop() throws Exception {
        runtime.blockOn(server.shutdown(Duration.ofSeconds(2)));
        runtime.close();
    }
}
