package io.sluice.examples.support;

import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Poll;
import io.sluice.runtime.net.TcpStream;
import java.io.IOException;

/** One connection: its stream is closed however it ends, and one that breaks is no failure of the server. Owner only. */
final class Served implements Future<Void> {

    private final TcpStream stream;
    private final Future<Void> service;

    Served(TcpStream stream, Future<Void> service) {
        this.stream = stream;
        this.service = service;
    }

    @Override
    public Poll<Void> poll(Context cx) throws Exception {
        boolean goesOn = false;
        try {
            Poll<Void> polled = service.poll(cx);
            goesOn = polled.isPending();
            return polled;
        } catch (IOException e) {
            return Poll.ready(); // the peer has gone, or has sent what is not understood
        } finally {
            if (!goesOn) {
                cancel();
            }
        }
    }

    @Override
    public void cancel() {
        service.cancel();
        stream.close();
    }
}
