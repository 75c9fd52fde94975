/**
 * A small shop as an application's author would write it: an HTTP server, an HTTP client and a database. It knows nothing
 * of telemetry.
 *
 * <p>Upstream: whoever calls it over HTTP. Downstream: the JDK and H2. Entry class: {@code Shop}.
 */
@NullMarked
package io.sluice.examples.shop;

import org.jspecify.annotations.NullMarked;
