package io.sluice.examples.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.sluice.examples.support.TcpServer;
import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;
import io.sluice.runtime.codec.Encoder;
import io.sluice.runtime.codec.FramedRead;
import io.sluice.runtime.codec.FramedWrite;
import io.sluice.runtime.net.TcpStream;
import io.sluice.runtime.sync.CancellationToken;
import java.io.IOException;

/**
 * Says hello over HTTP/1.1, with connections that are kept and requests that do not wait for answers:
 * {@code ./sluice example http [PORT]}, then {@code curl -i http://127.0.0.1:PORT/}.
 */
public final class HelloHttp implements Future<Void> {

    private final FramedRead<Request> requests;
    private final FramedWrite<String> answers;
    private final Future<Void> stopped;

    /** No further request is served. Owner only. */
    private boolean last;

    private HelloHttp(TcpStream stream, CancellationToken stop) {
        requests = new FramedRead<>(stream, new RequestDecoder());
        Encoder<String> ascii = (answer, out) -> out.put(answer.getBytes(US_ASCII));
        answers = new FramedWrite<>(stream, ascii);
        stopped = stop.cancelled();
    }

    @Override
    public Poll<Void> poll(Context cx) throws Exception {
        last |= stopped.poll(cx).isReady();
        while (!last && answers.pollReady(cx)) {
            Poll<Request> request = pollRequest(cx);
            if (request.isPending()) {
                break;
            }
            last = request.get() == null || !request.get().keepAlive();
            if (request.get() != null) {
                answers.put(answer(request.get()));
            }
        }
        // Once nothing more is to be answered for now: a client that sends ten requests at once gets one packet.
        boolean flushed = answers.pollFlush(cx);
        if (last && flushed) {
            cancel();
            return Poll.ready();
        }
        return Poll.pending();
    }

    private Poll<Request> pollRequest(Context cx) throws IOException {
        try {
            return requests.pollNext(cx);
        } catch (IOException e) {
            answers.put(answer("400 Bad Request", e.getMessage() + "\n", false));
            last = true;
            return Poll.pending();
        }
    }

    private static String answer(Request request) {
        boolean head = request.method().equals("HEAD");
        if (!head && !request.method().equals("GET")) {
            return answer("405 Method Not Allowed", "use GET\n", request.keepAlive());
        }
        String answer = request.path().equals("/")
                ? answer("200 OK", "Hello, World!\n", request.keepAlive())
                : answer("404 Not Found", "there is only /\n", request.keepAlive());
        return head ? answer.substring(0, answer.indexOf("\r\n\r\n") + 4) : answer;
    }

    private static String answer(String status, String body, boolean keepAlive) {
        return "HTTP/1.1 " + status + "\r\nContent-Type: text/plain\r\nContent-Length: " + body.length()
                + (keepAlive ? "" : "\r\nConnection: close") + "\r\n\r\n" + body;
    }

    @Override
    public void cancel() {
        stopped.cancel();
    }

    /** The whole server. */
    public static final TcpServer.Service SERVICE = HelloHttp::new;

    public static void main(String[] arguments) throws Exception {
        TcpServer.main("http", arguments, handle -> SERVICE);
    }
}
