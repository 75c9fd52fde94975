/** What {@code ./sluice top} shows. */
@NullMarked
package io.sluice.examples.top;

import org.jspecify.annotations.NullMarked;
