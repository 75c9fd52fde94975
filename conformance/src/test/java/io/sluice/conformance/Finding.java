package io.sluice.conformance;

/**
 * What a scenario saw.
 *
 * @param observation one sentence, the same in each run; empty if the line is kept
 */
record Finding(Outcome outcome, String observation) {

    /** Whether a line is kept. */
    enum Outcome {
        MET("yes"),
        NOT_MET("**no**"),
        /** The client has not got what the line is about. */
        WITHOUT_OBJECT("–"),
        /** The peer of this run cannot bring the situation about, or the line is not about this protocol. */
        NOT_SHOWN("");

        /** On the page. */
        final String word;

        Outcome(String word) {
            this.word = word;
        }
    }

    static Finding met() {
        return new Finding(Outcome.MET, "");
    }

    static Finding notMet(String observation) {
        return new Finding(Outcome.NOT_MET, observation);
    }

    static Finding withoutObject(String reason) {
        return new Finding(Outcome.WITHOUT_OBJECT, reason);
    }

    static Finding notShown() {
        return new Finding(Outcome.NOT_SHOWN, "");
    }

    /** Kept if {@code holds}; if not, this is what was seen instead. */
    static Finding of(boolean holds, String otherwise) {
        return holds ? met() : notMet(otherwise);
    }

    /** Kept if {@code client} counts so many spans as lost. */
    static Finding ofLoss(Client client, int spans) {
        long counted = client.countedAsLost();
        return of(counted == spans, "Of " + spans + " lost the client's own metrics count " + counted + ".");
    }

    boolean isMet() {
        return outcome == Outcome.MET;
    }
}
