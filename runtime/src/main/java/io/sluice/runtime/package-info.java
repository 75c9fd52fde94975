/**
 * Starts, uses and stops an asynchronous runtime.
 *
 * <p>The model is Tokio's: work is a {@link io.sluice.runtime.Future} that is <em>polled</em> by one worker at a time
 * and asks through a {@link io.sluice.runtime.Waker} to be polled again. {@link io.sluice.runtime.AsyncRuntime} is the
 * entry class; everything inside a runtime reaches it through a {@link io.sluice.runtime.Handle}.
 *
 * <p>Upstream: {@code io.sluice.batching} and every other module. Downstream: {@code runtime.task} (what a task is),
 * {@code runtime.scheduler} (which worker polls which task next), {@code runtime.time} and {@code runtime.net} (what
 * wakes a task from outside). No other module's types appear here.
 */
@NullMarked
package io.sluice.runtime;

import org.jspecify.annotations.NullMarked;
