/**
 * Waits for one of several futures.
 *
 * <p>Upstream: long-lived poll machines and glue. Downstream: none. Entry class: {@code Select}.
 */
@NullMarked
package io.sluice.runtime.select;

import org.jspecify.annotations.NullMarked;
