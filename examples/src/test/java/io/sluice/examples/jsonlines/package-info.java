/** Tests of {@code jsonlines}. */
@NullMarked
package io.sluice.examples.jsonlines;

import org.jspecify.annotations.NullMarked;
