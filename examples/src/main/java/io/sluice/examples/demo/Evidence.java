package io.sluice.examples.demo;

import io.sluice.examples.collector.Report;
import java.util.List;

/**
 * All that is known once everything has stopped: what went in, what each hop says, what came out.
 *
 * @param hops the lines of each hop, in the order in which data passes them
 */
record Evidence(List<Driven> driven, List<Hop> hops, Report collector) {

    /** One process on the way, and what it wrote in its account. */
    record Hop(String name, List<AccountLine> lines) {}
}
