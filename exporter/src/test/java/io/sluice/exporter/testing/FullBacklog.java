package io.sluice.exporter.testing;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;

/** Connections that wait at a listener nobody accepts from, until no further one is answered; ended by the close. */
public final class FullBacklog implements AutoCloseable {

    private final List<Socket> filling = new ArrayList<>();

    public FullBacklog(ServerSocket listener) throws IOException {
        for (int i = 0; i < 4; i++) {
            Socket socket = new Socket();
            filling.add(socket);
            try {
                socket.connect(listener.getLocalSocketAddress(), 50);
            } catch (SocketTimeoutException e) {
                break;
            }
        }
    }

    @Override
    public void close() throws IOException {
        for (Socket socket : filling) {
            socket.close();
        }
    }
}
