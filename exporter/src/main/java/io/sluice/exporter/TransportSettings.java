package io.sluice.exporter;

import io.sluice.runtime.Handle;
import java.net.URI;
import java.time.Duration;

/**
 * Where and how one signal is sent, whatever the protocol. Nothing of a protocol is loaded before {@link #open} of its
 * settings is called.
 */
public interface TransportSettings {

    /** Where to, as it was set. */
    URI endpoint();

    /** For one attempt, from its start to the end of the response. */
    Duration exportTimeout();

    /** A transport that obeys these settings. Connects with the first send, not before. */
    Transport open(Handle handle);
}
