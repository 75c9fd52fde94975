/**
 * Schedulers inside of a runtime: tasks that stay on one thread, and tasks in an order of their own.
 *
 * <p>Both are futures that somebody polls, and poll tasks in turn, with task states, wakers and join handles of the
 * ordinary kind. Upstream: users. Downstream: runtime.task. Entry classes: {@link io.sluice.runtime.local.LocalSet},
 * {@link io.sluice.runtime.local.PriorityExecutor}.
 */
@NullMarked
package io.sluice.runtime.local;

import org.jspecify.annotations.NullMarked;
