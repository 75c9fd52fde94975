package io.sluice.conformance;

import java.util.List;
import java.util.Map;

/** A receiver of OTLP that the lines for servers are asked of, and what is behind it. */
interface ReceiverSubject extends AutoCloseable {

    /** Of its columns. */
    String title();

    int port(Protocol protocol);

    /** What the resource of a request has to say so that it is taken. */
    Map<String, String> attributes();

    /** What arrived behind it: ids of spans, texts of log records, names of metrics. */
    List<String> arrived();

    /** The answer to a good request when there is no room for it. */
    Reply refusal(Protocol protocol) throws Exception;

    @Override
    void close();
}
