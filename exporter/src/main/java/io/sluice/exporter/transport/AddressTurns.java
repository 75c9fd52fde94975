package io.sluice.exporter.transport;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Begins with another address each time it is asked, so that the connections of a transport, which end at their maximum
 * age, come to all addresses of a name in turn, and to those that a destination gains.
 *
 * <p>The first answer is in the order of the lookup below, which may have been turned by the name's server. Addresses of
 * one family stay together: which family is tried first is the system's choice (RFC 6724). Any thread.
 */
public final class AddressTurns implements NameLookup {

    private final NameLookup names;
    private final AtomicInteger turn = new AtomicInteger();

    public AddressTurns(NameLookup names) {
        this.names = names;
    }

    @Override
    public List<InetAddress> addresses(String host) throws UnknownHostException {
        List<InetAddress> turned = new ArrayList<>(names.addresses(host));
        int now = turn.getAndIncrement();
        for (int start = 0; start < turned.size(); ) {
            int end = start + 1;
            while (end < turned.size()
                    && turned.get(end).getClass() == turned.get(start).getClass()) {
                end++;
            }
            Collections.rotate(turned.subList(start, end), -Math.floorMod(now, end - start));
            start = end;
        }
        return turned;
    }
}
