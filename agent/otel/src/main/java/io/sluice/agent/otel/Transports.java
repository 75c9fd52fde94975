package io.sluice.agent.otel;

import io.sluice.exporter.Transport;
import io.sluice.exporter.transport.HttpTransportSettings;
import io.sluice.runtime.Handle;

/** Opens the transport of a signal; tests put a fake here. */
@FunctionalInterface
interface Transports {

    /** Connects nowhere yet. */
    Transport open(HttpTransportSettings settings, Handle handle);
}
