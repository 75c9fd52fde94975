/** Tests of the shop over loopback. */
@NullMarked
package io.sluice.examples.shop;

import org.jspecify.annotations.NullMarked;
