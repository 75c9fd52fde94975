package io.sluice.benchmarks.sidecar;

/**
 * What is measured.
 *
 * @param spans in a request; 0 where a row has none of its own
 */
record Row(Kind kind, Way way, int spans, int connections) {

    /** Whose figures a row has. */
    enum Kind {
        START("start"),
        SATURATION("saturation"),
        PACED("10k spans/s"),
        OVERLOAD("twice what the far end takes");

        private final String label;

        Kind(String label) {
            this.label = label;
        }

        String label() {
            return label;
        }
    }

    String title() {
        return kind == Kind.START
                ? kind.label()
                : kind.label() + ", " + spans + (spans == 1 ? " span" : " spans") + " a request, " + connections
                        + (connections == 1 ? " connection" : " connections");
    }

    @Override
    public String toString() {
        return way.label() + ": " + title();
    }
}
