/**
 * Flat JSON, one object a line: how the processes of the demo tell each other what they counted.
 *
 * <p>Upstream: {@code collector}, {@code demo}. Downstream: the JDK. Entry class: {@code JsonLine}.
 */
@NullMarked
package io.sluice.examples.jsonlines;

import org.jspecify.annotations.NullMarked;
