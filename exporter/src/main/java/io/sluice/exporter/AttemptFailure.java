package io.sluice.exporter;

/** Why an attempt did not end with every item taken. */
enum AttemptFailure {
    /** No answer: nobody there, a broken connection, a timeout of the transport. */
    UNREACHABLE("unreachable"),
    /** The destination is overloaded or asked to come back later. */
    RETRY_LATER("retry_later"),
    /** The destination refused the request for good. */
    REJECTED("rejected"),
    /** The destination refused some items. */
    PARTLY_REJECTED("partly_rejected"),
    /** Ended from our side before there was an answer: the attempt's time was up, or a drain's. */
    ABANDONED("abandoned"),
    /** The transport threw. */
    BROKEN("broken");

    private final String key;

    AttemptFailure(String key) {
        this.key = key;
    }

    /** The name in statistics and metrics. */
    String key() {
        return key;
    }
}
