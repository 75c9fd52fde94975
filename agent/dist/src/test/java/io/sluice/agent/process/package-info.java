/** Programs run under the built agent jar, each in a JVM of its own, and what reaches a collector from them. */
@NullMarked
package io.sluice.agent.process;

import org.jspecify.annotations.NullMarked;
