/**
 * A server of HTTP/1.1 that says hello.
 *
 * <p>Upstream: any HTTP client. Downstream: {@code examples.support}. Entry class: {@code HelloHttp}.
 */
@NullMarked
package io.sluice.examples.http;

import org.jspecify.annotations.NullMarked;
