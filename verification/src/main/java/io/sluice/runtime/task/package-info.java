/**
 * jcstress proofs of the lock-free parts of {@code io.sluice.runtime.task}, in its package to reach what is
 * package-private.
 *
 * <p>Build: {@code ./mvnw -q -Dquick -Pverification -pl verification -am -DskipTests package}. Run: {@code java -jar
 * verification/target/jcstress.jar -m sanity}. Upstream: none. Downstream: {@code runtime}. Entry class: jcstress's own
 * main.
 */
@NullMarked
package io.sluice.runtime.task;

import org.jspecify.annotations.NullMarked;
