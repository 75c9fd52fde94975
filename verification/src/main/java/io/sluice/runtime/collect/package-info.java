/** Stress programs for the queue of woken members; in the package that they look into. */
@NullMarked
package io.sluice.runtime.collect;

import org.jspecify.annotations.NullMarked;
