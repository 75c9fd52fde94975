package io.sluice.exporter.transport;

import io.sluice.exporter.DiagnosticLog;
import io.sluice.exporter.Transport;
import io.sluice.runtime.Handle;
import java.time.InstantSource;

/** For tests of other packages: a transport whose names and wall clock are the test's. */
public final class OpenHttp {

    private OpenHttp() {}

    public static Transport open(
            Handle handle, HttpTransportSettings settings, NameLookup names, InstantSource wallClock) {
        return HttpTransport.open(handle, settings, DiagnosticLog.silent(), wallClock, names);
    }
}
