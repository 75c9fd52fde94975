/**
 * The smallest server: what comes in goes out again.
 *
 * <p>Upstream: any TCP client. Downstream: {@code examples.support}. Entry class: {@code Echo}.
 */
@NullMarked
package io.sluice.examples.echo;

import org.jspecify.annotations.NullMarked;
