/**
 * Many futures, or many tasks, with one owner that takes their results as they come.
 *
 * <p>A member is polled only when it was woken itself, so that a wake costs the same among ten members and among a
 * hundred thousand. {@code JoinSet} and {@code JoinMap} hold tasks that workers poll; {@code FuturesUnordered} and
 * {@code FuturesOrdered} hold futures that the owner polls.
 *
 * <p>Upstream: code that fans out. Downstream: {@code runtime.task}. Entry class: {@code JoinSet}.
 */
@NullMarked
package io.sluice.runtime.collect;

import org.jspecify.annotations.NullMarked;
