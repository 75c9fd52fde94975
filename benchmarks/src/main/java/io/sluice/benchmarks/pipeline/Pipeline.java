package io.sluice.benchmarks.pipeline;

import java.util.List;

/**
 * One way out of the application.
 *
 * @param gzip whether requests are compressed
 * @param queue items that may wait; 0 for the side's default
 * @param batch items in a request; 0 for the side's default
 */
record Pipeline(Side side, Protocol protocol, boolean gzip, int queue, int batch) {

    /** Upstream's queue for the tuned rows; the same as ours holds by default in a large heap. */
    private static final int TUNED_QUEUE = 65_536;

    /** The largest batches that upstream's documentation calls sensible; one is in flight at a time. */
    private static final int TUNED_BATCH = 8_192;

    static Pipeline of(Side side, Protocol protocol) {
        return new Pipeline(side, protocol, false, 0, 0);
    }

    /** The inverse of {@link #words()}. */
    static Pipeline parse(List<String> words) {
        return new Pipeline(
                Side.valueOf(words.get(0)),
                Protocol.valueOf(words.get(1)),
                Boolean.parseBoolean(words.get(2)),
                Integer.parseInt(words.get(3)),
                Integer.parseInt(words.get(4)));
    }

    List<String> words() {
        return List.of(
                side.name(), protocol.name(), Boolean.toString(gzip), Integer.toString(queue), Integer.toString(batch));
    }

    /** The other side's, with its defaults. */
    Pipeline of(Side other) {
        return new Pipeline(other, protocol, gzip, 0, 0);
    }

    Pipeline gzipped() {
        return new Pipeline(side, protocol, true, queue, batch);
    }

    Pipeline withQueue(int items) {
        return new Pipeline(side, protocol, gzip, items, batch);
    }

    /** With the best that upstream's documented settings allow for these workloads. */
    Pipeline tuned() {
        return new Pipeline(side, protocol, gzip, TUNED_QUEUE, TUNED_BATCH);
    }

    String label() {
        return side.label() + (batch == 0 ? "" : ", tuned");
    }
}
