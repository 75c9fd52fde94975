package io.sluice.conformance;

import java.util.EnumSet;
import java.util.Set;

/**
 * One line of the specification, and what shows whether a client keeps it.
 *
 * @param section of OTLP's specification, or of the SDK's if it begins with "SDK:"
 * @param text reads on from the level: "retry on a partial success"
 * @param protocols those that the line speaks of
 */
record Requirement(Level level, String section, String text, Set<Protocol> protocols, Scenario scenario) {

    /** Drives a client against a peer and says what was seen. */
    @FunctionalInterface
    interface Scenario {
        Finding observe(Stage stage) throws Exception;
    }

    static Requirement both(Level level, String section, String text, Scenario scenario) {
        return new Requirement(level, section, text, EnumSet.allOf(Protocol.class), scenario);
    }

    static Requirement http(Level level, String section, String text, Scenario scenario) {
        return new Requirement(level, section, text, EnumSet.of(Protocol.HTTP), scenario);
    }

    static Requirement grpc(Level level, String section, String text, Scenario scenario) {
        return new Requirement(level, section, text, EnumSet.of(Protocol.GRPC), scenario);
    }

    @Override
    public String toString() {
        return section + ": " + level + " " + text;
    }
}
