package io.sluice.agent.otel;

import io.sluice.exporter.Transport;
import io.sluice.exporter.TransportSettings;
import io.sluice.runtime.Handle;

/** Opens the transport of a signal; tests put a fake here. */
@FunctionalInterface
interface Transports {

    /** Connects nowhere yet. */
    Transport open(TransportSettings settings, Handle handle);
}
