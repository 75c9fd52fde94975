/** Stress programs for readiness and transfer buffers; in the package that they look into. */
@NullMarked
package io.sluice.runtime.net;

import org.jspecify.annotations.NullMarked;
