package io.sluice.runtime.net;

import java.io.IOException;
import java.nio.channels.SelectableChannel;

/** What streams and listeners do alike. */
final class Channels {

    private Channels() {}

    /** Leaves the driver, closes the channel, and has the driver give the file descriptor back. */
    static void close(SelectableChannel channel, Registration registration) {
        if (registration.release()) {
            closeQuietly(channel);
            registration.driver().kick();
        }
    }

    /** A failing close leaves nothing that anybody could still do. */
    static void closeQuietly(SelectableChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            return;
        }
    }
}
