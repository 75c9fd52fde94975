package io.sluice.exporter.transport;

import io.grpc.netty.shaded.io.netty.handler.codec.DecoderException;
import io.grpc.netty.shaded.io.netty.handler.ssl.NotSslRecordException;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslHandshakeTimeoutException;
import io.sluice.exporter.tls.TlsFailure;
import java.nio.channels.ClosedChannelException;

/** What is told of an exception of Netty's or the JDK's. */
public final class FailureWords {

    private FailureWords() {}

    static String of(Throwable failure) {
        String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message;
    }

    /** What a handler further down threw, without Netty's envelope. */
    public static Throwable unwrapped(Throwable failure) {
        return failure instanceof DecoderException && failure.getCause() != null ? failure.getCause() : failure;
    }

    /** Why there is no connection over TLS, in words for people. */
    public static String ofTls(Throwable failure, TlsHandlers tls, int connectTimeoutMillis) {
        if (failure instanceof SslHandshakeTimeoutException) {
            return "the TLS handshake with " + tls.peer() + " did not end within the " + connectTimeoutMillis
                    + " ms that connecting may take";
        }
        if (failure instanceof NotSslRecordException) {
            return tls.peer() + " does not speak TLS; it may want http instead of https";
        }
        if (failure instanceof ClosedChannelException) {
            return tls.peer() + " closed the connection within the TLS handshake";
        }
        return TlsFailure.words(failure, tls.contexts().settings())
                .map(words -> "TLS with " + tls.peer() + " failed: " + ResponseText.clean(words))
                .orElseGet(() -> of(failure));
    }
}
