package io.sluice.exporter.transport;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Finds the addresses of a host. On a thread that may wait; any number at once. */
@FunctionalInterface
public interface NameLookup {

    /** The operating system's. The JVM remembers what it found, by default for 30 seconds. */
    NameLookup SYSTEM = host -> List.of(InetAddress.getAllByName(host));

    /** In the order in which they are to be tried. */
    List<InetAddress> addresses(String host) throws UnknownHostException;
}
