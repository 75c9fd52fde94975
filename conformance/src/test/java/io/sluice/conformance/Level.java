package io.sluice.conformance;

/** How strongly the specification asks (RFC 2119). */
enum Level {
    MUST,
    MUST_NOT,
    SHOULD,
    SHOULD_NOT;

    @Override
    public String toString() {
        return name().replace('_', ' ');
    }
}
