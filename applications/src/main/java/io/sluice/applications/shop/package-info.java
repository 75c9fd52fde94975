/**
 * A Spring Boot application of the usual kind: a web server, a database, a call to another service. It knows nothing of
 * telemetry; the tests of the agent run it. Entry class: {@code ShopApplication}.
 */
@NullMarked
package io.sluice.applications.shop;

import org.jspecify.annotations.NullMarked;
