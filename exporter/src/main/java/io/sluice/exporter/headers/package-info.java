/**
 * Headers that may differ from one request to the next: from a callback or a file, for credentials that are replaced
 * while the process runs. Values are secrets throughout and appear in no error, log or {@code toString}.
 *
 * <p>Upstream: the transports, which ask before each attempt. Downstream: {@code runtime}. Entry classes: {@link
 * io.sluice.exporter.headers.HeaderSource}, {@link io.sluice.exporter.headers.HeaderCalls}.
 */
@NullMarked
package io.sluice.exporter.headers;

import org.jspecify.annotations.NullMarked;
