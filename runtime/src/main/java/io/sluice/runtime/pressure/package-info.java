/**
 * Ways to take no more work than can be done: a pool, a gate, and limits of rate.
 *
 * <p>They compose, each holding up or refusing for its own reason. A service that admits a hundred calls a second, runs
 * ten of them at once, lets fifty wait, and gives its downstream 200 ms:
 *
 * <pre>{@code
 * if (!limiter.tryAcquire(1)) {
 *     return refused();
 * }
 * return gate.execute(() -> handle.timeout(Duration.ofMillis(200), downstream.call(request)));
 * }</pre>
 *
 * <p>Every call is then either done, refused by the limiter or the gate, or timed out. The timeout stands inside of the
 * gate: outside it would also cut the wait for a place, and a call that is given up would still hold none.
 *
 * <p>Upstream: users of the runtime; nothing of the runtime itself. Downstream: {@code runtime.sync} for queues and
 * permits, {@code runtime.time} for the clock. Entry class: {@code ConcurrencyGate}.
 */
@NullMarked
package io.sluice.runtime.pressure;

import org.jspecify.annotations.NullMarked;
