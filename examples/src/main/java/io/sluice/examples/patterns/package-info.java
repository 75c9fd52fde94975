/**
 * Ways to put tasks together, each a program of its own.
 *
 * <p>Upstream: readers. Downstream: {@code sluice-runtime}. Entry class: {@code GracefulShutdown}.
 */
@NullMarked
package io.sluice.examples.patterns;

import org.jspecify.annotations.NullMarked;
