/** Rules that hold for the product as a whole; this module sees all of it. */
@NullMarked
package io.sluice.architecture;

import org.jspecify.annotations.NullMarked;
