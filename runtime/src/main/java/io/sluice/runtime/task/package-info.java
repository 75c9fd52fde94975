/**
 * What a task is: the state word and its transitions, the harness that polls, join and abort.
 *
 * <p>Upstream: runtime.scheduler polls tasks; users see them as JoinHandle. Downstream: none. Entry class: {@code Task}.
 */
@NullMarked
package io.sluice.runtime.task;

import org.jspecify.annotations.NullMarked;
