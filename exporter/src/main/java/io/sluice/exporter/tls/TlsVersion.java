package io.sluice.exporter.tls;

import java.util.ArrayList;
import java.util.List;

/** Versions of TLS that may be the oldest to be spoken. There is none below 1.2 (RFC 8996). In order, oldest first. */
public enum TlsVersion {
    TLS_1_2("TLSv1.2"),
    TLS_1_3("TLSv1.3");

    private final String protocol;

    TlsVersion(String protocol) {
        this.protocol = protocol;
    }

    /** The JDK's names of this version and those above it. */
    List<String> andNewer() {
        List<String> names = new ArrayList<>();
        for (TlsVersion version : values()) {
            if (version.compareTo(this) >= 0) {
                names.add(version.protocol);
            }
        }
        return names;
    }
}
