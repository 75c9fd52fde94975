/**
 * The demo: starts shop, sidecar and collector as processes, drives requests, stops everything and draws up the balance.
 *
 * <p>Upstream: the launcher script and CI. Downstream: the agent jar as a black box, {@code shop}, {@code collector},
 * {@code jsonlines}. Entry classes: {@code Demo}, {@code CollectorProof}.
 */
@NullMarked
package io.sluice.examples.demo;

import org.jspecify.annotations.NullMarked;
