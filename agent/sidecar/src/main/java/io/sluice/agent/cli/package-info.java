/**
 * The command line: {@code sluice sidecar}, {@code sluice config explain}.
 *
 * <p>Upstream: a shell. Downstream: {@code agent.sidecar}, {@code config}. Entry classes: {@code SluiceProgram}, {@code SluiceCommand}.
 */
@NullMarked
package io.sluice.agent.cli;

import org.jspecify.annotations.NullMarked;
