/**
 * A chat in which everybody reads what everybody says: one broadcast channel.
 *
 * <p>Upstream: any line-based TCP client. Downstream: {@code examples.support}. Entry class: {@code Chat}.
 */
@NullMarked
package io.sluice.examples.chat;

import org.jspecify.annotations.NullMarked;
