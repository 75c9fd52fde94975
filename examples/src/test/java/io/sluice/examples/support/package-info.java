/** The example servers from outside: by sockets of the JDK, and by programs that we did not write. */
@NullMarked
package io.sluice.examples.support;

import org.jspecify.annotations.NullMarked;
