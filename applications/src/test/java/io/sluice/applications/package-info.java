/** Applications in JVMs of their own: without an agent, under ours, and under upstream's. Entry class: {@code ApplicationsIT}. */
@NullMarked
package io.sluice.applications;

import org.jspecify.annotations.NullMarked;
