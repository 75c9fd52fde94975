package io.sluice.conformance;

import java.util.EnumSet;
import java.util.Set;

/**
 * One line of the specification that a server keeps or does not.
 *
 * @param text reads on from the level: "accept gzip"
 * @param protocols those that the line speaks of
 */
record ReceiverLine(Level level, String section, String text, Set<Protocol> protocols, Scenario scenario) {

    /** Sends to a receiver and says what was seen. */
    @FunctionalInterface
    interface Scenario {
        Finding observe(ReceiverStage stage) throws Exception;
    }

    static ReceiverLine both(Level level, String section, String text, Scenario scenario) {
        return new ReceiverLine(level, section, text, EnumSet.allOf(Protocol.class), scenario);
    }

    static ReceiverLine http(Level level, String section, String text, Scenario scenario) {
        return new ReceiverLine(level, section, text, EnumSet.of(Protocol.HTTP), scenario);
    }

    static ReceiverLine grpc(Level level, String section, String text, Scenario scenario) {
        return new ReceiverLine(level, section, text, EnumSet.of(Protocol.GRPC), scenario);
    }

    @Override
    public String toString() {
        return section + ": " + level + " " + text;
    }
}
