package io.sluice.exporter.grpc;

import io.sluice.exporter.DiagnosticLog;
import io.sluice.exporter.Transport;
import io.sluice.exporter.transport.NameLookup;
import io.sluice.runtime.Handle;

/** For tests of other packages: a transport whose names are the test's. */
public final class OpenGrpc {

    private OpenGrpc() {}

    public static Transport open(Handle handle, GrpcTransportSettings settings, NameLookup names) {
        return GrpcTransport.open(handle, settings, DiagnosticLog.silent(), names);
    }
}
