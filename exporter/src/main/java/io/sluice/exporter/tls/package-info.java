/**
 * TLS for outgoing connections: certificates and keys from PEM files, checked when they are read, read again when they
 * change. The JDK's own TLS throughout; nothing here knows Netty or a protocol.
 *
 * <p>Upstream: the transports, which ask for an engine per connection. Downstream: {@code runtime} for the watch over
 * the files. Entry class: {@link io.sluice.exporter.tls.TlsContexts}.
 */
@NullMarked
package io.sluice.exporter.tls;

import org.jspecify.annotations.NullMarked;
