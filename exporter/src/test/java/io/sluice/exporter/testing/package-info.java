/**
 * A destination without a network, and items that can be recognised at the far end: what tests need to see from outside
 * whether a pipeline lost, doubled or invented anything.
 *
 * <p>Upstream: tests of this and of later modules, through the test-jar. Downstream: {@code exporter}'s seams. Entry
 * class: {@code FakeTransport}.
 */
@NullMarked
package io.sluice.exporter.testing;

import org.jspecify.annotations.NullMarked;
