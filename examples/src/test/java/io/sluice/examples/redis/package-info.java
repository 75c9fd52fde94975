/** The small Redis from outside, and its parts. */
@NullMarked
package io.sluice.examples.redis;

import org.jspecify.annotations.NullMarked;
