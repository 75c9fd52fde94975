package io.sluice.runtime.collect;

import org.jspecify.annotations.Nullable;

/**
 * One result out of many, so that a result that is null can be told from the end.
 *
 * @param value what the future gave
 */
public record Next<T>(@Nullable T value) {}
