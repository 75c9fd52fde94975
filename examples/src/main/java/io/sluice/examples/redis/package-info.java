/**
 * A small Redis: a server that the real tools talk to, an asynchronous client, and a blocking one over it.
 *
 * <p>Upstream: {@code redis-cli}, {@code redis-benchmark}, any Redis client. Downstream: {@code examples.support}. Entry class: {@code MiniRedis}.
 */
@NullMarked
package io.sluice.examples.redis;

import org.jspecify.annotations.NullMarked;
