/**
 * A collector that prints: traces as trees and metrics as they arrive over OTLP/HTTP, with a report of all it received.
 *
 * <p>It shares no code with the exporter it listens to: the server is the JDK's, the decoder is protobuf's own, so that a
 * mistake common to both ends cannot hide.
 *
 * <p>Upstream: anything that sends OTLP/HTTP protobuf. Downstream: standard output and the report file. Entry class: {@code ConsoleCollector}.
 */
@NullMarked
package io.sluice.examples.collector;

import org.jspecify.annotations.NullMarked;
