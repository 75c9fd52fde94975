/**
 * jcstress proofs of the lock-free parts of {@code io.sluice.runtime.scheduler}, in its package to reach what is
 * package-private.
 *
 * <p>Build: {@code ./mvnw -q -Dquick -Pverification -pl verification -am -DskipTests package}. Run: {@code java -jar
 * verification/target/jcstress.jar -m sanity}. Upstream: none. Downstream: {@code runtime}. Entry class: jcstress's own
 * main.
 */
@NullMarked
package io.sluice.runtime.scheduler;

import org.jspecify.annotations.NullMarked;
