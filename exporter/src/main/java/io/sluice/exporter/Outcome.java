package io.sluice.exporter;

import static java.util.Objects.requireNonNull;

import io.sluice.batching.DropReason;
import java.util.Optional;

/** What items of a payload came to in the end. */
public sealed interface Outcome {

    /** The destination took them. */
    record Delivered() implements Outcome {}

    /**
     * The destination took them except for some, it does not say which.
     *
     * @param rejectedItems how many it did not take; zero for a mere warning
     * @param message the destination's words, shortened
     */
    record PartlyRejected(long rejectedItems, String message) implements Outcome {}

    /**
     * The destination refused them for good.
     *
     * @param reason for people; may quote the destination
     * @param code the status of its answer, if there was one
     */
    record Rejected(String reason, Optional<AnswerCode> code) implements Outcome {
        public Rejected {
            requireNonNull(reason, "reason");
            requireNonNull(code, "code");
        }
    }

    /** They were given up here. */
    record Dropped(DropReason reason) implements Outcome {}
}
