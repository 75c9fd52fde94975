/**
 * Loads, validates and explains settings: each value with where it came from.
 *
 * <p>Upstream: {@code agent}. Downstream: the settings records of {@code batching} and {@code exporter}. Entry class: {@code SettingsLoader}.
 */
@NullMarked
package io.sluice.config;

import org.jspecify.annotations.NullMarked;
