/** Tests of {@code collector}. */
@NullMarked
package io.sluice.examples.collector;

import org.jspecify.annotations.NullMarked;
