package io.sluice.exporter.transport;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;

/**
 * A server in a test that treats each connection by a script of its own, trouble included: the nth connection gets the
 * nth script, later ones the last. It counts every byte that it took and gave.
 */
final class ScriptedHttpPeer implements AutoCloseable {

    interface Script {
        void serve(Connection connection) throws Exception;
    }

    /** What lies between TCP and HTTP. */
    interface Layer {
        Socket over(Socket socket) throws IOException;
    }

    @SuppressWarnings("ArrayRecordComponent") // not compared
    record Received(String head, byte[] body) {
        String header(String name) {
            for (String line : head.lines().toList()) {
                if (line.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ":")) {
                    return line.substring(name.length() + 1).strip();
                }
            }
            return "";
        }
    }

    private final ServerSocket listener;
    private final String scheme;
    private final Layer layer;
    private final List<Script> scripts;
    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final CountDownLatch released = new CountDownLatch(1);
    private final Thread acceptor;

    final List<Received> received = new CopyOnWriteArrayList<>();
    final List<Throwable> failures = new CopyOnWriteArrayList<>();
    final AtomicLong bytesRead = new AtomicLong();
    final AtomicLong bytesWritten = new AtomicLong();

    ScriptedHttpPeer(Script... scripts) throws IOException {
        this("http", socket -> socket, scripts);
    }

    /** @param scheme of its URLs */
    ScriptedHttpPeer(String scheme, Layer layer, Script... scripts) throws IOException {
        this(scheme, layer, new ServerSocket(0, 200, InetAddress.getLoopbackAddress()), scripts);
    }

    private ScriptedHttpPeer(String scheme, Layer layer, ServerSocket listener, Script... scripts) {
        this.scheme = scheme;
        this.layer = layer;
        this.scripts = List.of(scripts);
        this.listener = listener;
        this.acceptor = new Thread(this::accept, "scripted-peer");
        acceptor.start();
    }

    /** One on the same port of another address. */
    static ScriptedHttpPeer beside(ScriptedHttpPeer other, String address, Script... scripts) throws IOException {
        ServerSocket listener = new ServerSocket(other.listener.getLocalPort(), 200, InetAddress.getByName(address));
        return new ScriptedHttpPeer("http", socket -> socket, listener, scripts);
    }

    /** From here on it refuses. */
    void closeListener() throws IOException {
        listener.close();
    }

    URI uri(String path) {
        return uri("127.0.0.1", path);
    }

    URI uri(String host, String path) {
        return URI.create(scheme + "://" + host + ":" + listener.getLocalPort() + path);
    }

    int connections() {
        return sockets.size();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                int index = Math.min(sockets.size(), scripts.size() - 1);
                sockets.add(socket);
                Thread thread = new Thread(() -> serve(scripts.get(index), socket), "scripted-connection");
                threads.add(thread);
                thread.start();
            }
        } catch (SocketException e) {
            return;
        } catch (IOException e) {
            failures.add(e);
        }
    }

    private void serve(Script script, Socket socket) {
        try (socket;
                Socket layered = layer.over(socket)) {
            script.serve(new Connection(socket, layered));
        } catch (SocketException | SSLException e) {
            // The other side went away, or did not want our TLS, which is its right.
            return;
        } catch (Throwable e) {
            failures.add(e);
        }
    }

    /** Answers each request alike for as long as the client keeps the connection. */
    static Script always(String response) {
        return connection -> {
            while (connection.receive() != null) {
                connection.send(response);
            }
        };
    }

    static String ok() {
        return "HTTP/1.1 200 OK\r\nContent-Type: application/x-protobuf\r\nContent-Length: 0\r\n\r\n";
    }

    static String answer(int status, String headers, String body) {
        return "HTTP/1.1 " + status + " Words\r\n" + headers + "Content-Length: " + body.length() + "\r\n\r\n" + body;
    }

    final class Connection {
        private final Socket tcp;
        private final Socket socket;
        private final InputStream in;

        Connection(Socket tcp, Socket socket) throws IOException {
            this.tcp = tcp;
            this.socket = socket;
            this.in = socket.getInputStream();
            tcp.setTcpNoDelay(true);
        }

        /** The subject of the client's certificate. */
        String client() throws IOException {
            return ((SSLSocket) socket).getSession().getPeerPrincipal().getName();
        }

        private int read() throws IOException {
            int b = in.read();
            if (b >= 0) {
                bytesRead.incrementAndGet();
            }
            return b;
        }

        /** The next request, or null if the client closed the connection. */
        Received receive() throws IOException {
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                int b = read();
                if (b < 0) {
                    return null;
                }
                head.append((char) b);
            }
            Received request = new Received(head.toString(), new byte[0]);
            int length = Integer.parseInt(request.header("content-length"));
            byte[] body = in.readNBytes(length);
            bytesRead.addAndGet(body.length);
            request = new Received(head.toString(), body);
            received.add(request);
            return request;
        }

        void receiveOnlyHead() throws IOException {
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                head.append((char) read());
            }
        }

        void send(String bytes) throws IOException {
            send(bytes.getBytes(ISO_8859_1));
        }

        void send(byte[] bytes) throws IOException {
            socket.getOutputStream().write(bytes);
            bytesWritten.addAndGet(bytes.length);
        }

        /** Does nothing until the test is over. */
        void stall() throws InterruptedException {
            released.await();
        }

        /** Holds the connection until the client closes it. */
        void awaitEnd() throws IOException {
            int read = read();
            while (read >= 0) {
                read = read();
            }
        }

        /** Ends with a reset. */
        void reset() throws IOException {
            tcp.setSoLinger(true, 0);
            tcp.close();
        }

        /** Ends without what TLS says before the end. */
        void cut() throws IOException {
            tcp.close();
        }
    }

    @Override
    public void close() throws IOException {
        released.countDown();
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
        join(acceptor);
        threads.forEach(ScriptedHttpPeer::join);
        if (!failures.isEmpty()) {
            throw new AssertionError("the scripted peer failed", failures.get(0));
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join(10_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            throw new AssertionError(thread + " does not end");
        }
    }
}
