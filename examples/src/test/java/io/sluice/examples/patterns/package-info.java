/** What the patterns promise. */
@NullMarked
package io.sluice.examples.patterns;

import org.jspecify.annotations.NullMarked;
