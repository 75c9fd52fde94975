package io.sluice.conformance;

import java.util.List;
import java.util.Map;

/** What listens behind the {@link Door}: answers by a script, one answer a request and the last for all that follow. */
interface Server extends AutoCloseable {

    int port();

    /** Every request so far, in the order of arrival. */
    List<Seen> seen();

    /** What a client has to be told beside the endpoint. */
    Map<String, String> settings();

    /** How this server ends connections without a response. */
    void disconnectBy(Runnable cut);

    @Override
    void close();
}
