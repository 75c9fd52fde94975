/**
 * Where raw settings come from: system properties, environment, a file, the SDK's own properties.
 *
 * <p>Upstream: {@code config}. Downstream: none. Entry class: {@code SettingsSource}.
 */
@NullMarked
package io.sluice.config.source;

import org.jspecify.annotations.NullMarked;
