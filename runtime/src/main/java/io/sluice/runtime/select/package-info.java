/**
 * Waits for one of several futures, or for all of them, within one task.
 *
 * <p>Upstream: long-lived poll machines and glue. Downstream: runtime.task. Entry class: {@code Select}.
 */
@NullMarked
package io.sluice.runtime.select;

import org.jspecify.annotations.NullMarked;
