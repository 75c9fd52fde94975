package io.sluice.examples.support;

import io.sluice.runtime.AsyncRuntime;
import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Handle;
import io.sluice.runtime.Poll;
import io.sluice.runtime.management.RuntimeBean;
import io.sluice.runtime.net.TcpListener;
import io.sluice.runtime.net.TcpStream;
import io.sluice.runtime.signal.Termination;
import io.sluice.runtime.sync.CancellationToken;
import io.sluice.runtime.sync.TaskTracker;
import io.sluice.runtime.time.Sleep;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Accepts connections, one task for each, until it is asked to stop; then it is ready, and {@link #drained} is when the
 * last connection has ended.
 */
public final class TcpServer implements Future<Void> {

    /** How long connections may go on once the server was asked to stop. */
    private static final Duration DRAIN_LIMIT = Duration.ofSeconds(5);

    /** After an accept that failed, as it does when there is no file descriptor left. */
    private static final Duration PAUSE = Duration.ofMillis(100);

    /** Serves one connection. The stream is closed by the server when the future ends, however it ends. */
    @FunctionalInterface
    public interface Service {
        Future<Void> serve(TcpStream stream, CancellationToken stop);
    }

    /** Makes the service of a program, once its runtime is there. */
    @FunctionalInterface
    public interface Setup {
        Service start(Handle handle);
    }

    private final Handle handle;
    private final TcpListener listener;
    private final Service service;
    private final CancellationToken stop;
    private final Future<Void> stopped;
    private final TaskTracker connections = new TaskTracker();

    /** Owner only. */
    private @Nullable Sleep pause;

    private TcpServer(Handle handle, TcpListener listener, Service service, CancellationToken stop) {
        this.handle = handle;
        this.listener = listener;
        this.service = service;
        this.stop = stop;
        this.stopped = stop.cancelled();
    }

    /**
     * Listens on {@code address} at once; serves when it is polled.
     *
     * @throws IOException if the port is taken
     */
    public static TcpServer listen(Handle handle, InetSocketAddress address, Service service, CancellationToken stop)
            throws IOException {
        return new TcpServer(handle, TcpListener.bind(handle, address), service, stop);
    }

    public InetSocketAddress address() {
        return listener.localAddress();
    }

    @Override
    public Poll<Void> poll(Context cx) throws Exception {
        if (stopped.poll(cx).isReady()) {
            cancel();
            return Poll.ready();
        }
        while (pause == null || pause.pollElapsed(cx)) {
            pause = null;
            try {
                Poll<TcpStream> accepted = listener.pollAccept(cx);
                if (accepted.isPending()) {
                    return Poll.pending();
                }
                TcpStream stream = accepted.get();
                connections
                        .spawn(handle, new Served(stream, service.serve(stream, stop)))
                        .detach();
            } catch (IOException e) {
                pause = handle.sleep(PAUSE);
            }
        }
        return Poll.pending();
    }

    /** Ready when the last connection has ended; to be asked for after the server itself is ready. */
    public Future<Void> drained() {
        connections.close();
        return connections.await();
    }

    @Override
    public void cancel() {
        listener.close();
        stopped.cancel();
        if (pause != null) {
            pause.cancel();
        }
    }

    /**
     * The main of a server: listens on {@code 127.0.0.1} and the port that is the first argument, or on a free one; says
     * where on standard output; stops on Ctrl-C and SIGTERM.
     */
    @SuppressWarnings("try") // the bean only has to be there
    public static void main(String name, String[] arguments, Setup setup) throws Exception {
        int port = arguments.length == 0 ? 0 : Integer.parseInt(arguments[0]);
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        try (Termination end = Termination.listen(DRAIN_LIMIT.multipliedBy(2));
                AsyncRuntime runtime =
                        AsyncRuntime.builder().pollHistograms(true).build();
                RuntimeBean bean = RuntimeBean.register(runtime, name)) { // for ./sluice top
            Handle handle = runtime.handle();
            TcpServer server = listen(handle, address, setup.start(handle), end.token());
            System.out.println(
                    name + " listens on 127.0.0.1:" + server.address().getPort());
            runtime.blockOn(server);
            try {
                runtime.blockOn(handle.timeout(DRAIN_LIMIT, server.drained()));
                System.out.println(name + " has stopped");
            } catch (TimeoutException e) {
                System.out.println(name + " has cut connections off after " + DRAIN_LIMIT.toSeconds() + " s");
            }
        } // the runtime cancels what is left
    }
}
