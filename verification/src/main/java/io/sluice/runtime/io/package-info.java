/** Stress programs for pipes, halves and pooled buffers; in the package that they look into. */
@NullMarked
package io.sluice.runtime.io;

import org.jspecify.annotations.NullMarked;
