package io.sluice.exporter.transport;

import io.grpc.netty.shaded.io.netty.util.internal.logging.AbstractInternalLogger;
import org.jspecify.annotations.Nullable;

/**
 * A logger of Netty's whose every level is off. Written out, for a proxy would have the JVM make a class at each start.
 */
final class SilentLogger extends AbstractInternalLogger {

    private static final long serialVersionUID = 1;

    SilentLogger(String name) {
        super(name);
    }

    // ---- trace -----------------------------------------------------------------------------------------------

    @Override
    public boolean isTraceEnabled() {
        return false;
    }

    @Override
    public void trace(@Nullable String message) {}

    @Override
    public void trace(@Nullable String format, @Nullable Object argument) {}

    @Override
    public void trace(@Nullable String format, @Nullable Object first, @Nullable Object second) {}

    @Override
    public void trace(@Nullable String format, @Nullable Object... arguments) {}

    @Override
    public void trace(@Nullable String message, @Nullable Throwable thrown) {}

    // ---- debug -----------------------------------------------------------------------------------------------

    @Override
    public boolean isDebugEnabled() {
        return false;
    }

    @Override
    public void debug(@Nullable String message) {}

    @Override
    public void debug(@Nullable String format, @Nullable Object argument) {}

    @Override
    public void debug(@Nullable String format, @Nullable Object first, @Nullable Object second) {}

    @Override
    public void debug(@Nullable String format, @Nullable Object... arguments) {}

    @Override
    public void debug(@Nullable String message, @Nullable Throwable thrown) {}

    // ---- info ------------------------------------------------------------------------------------------------

    @Override
    public boolean isInfoEnabled() {
        return false;
    }

    @Override
    public void info(@Nullable String message) {}

    @Override
    public void info(@Nullable String format, @Nullable Object argument) {}

    @Override
    public void info(@Nullable String format, @Nullable Object first, @Nullable Object second) {}

    @Override
    public void info(@Nullable String format, @Nullable Object... arguments) {}

    @Override
    public void info(@Nullable String message, @Nullable Throwable thrown) {}

    // ---- warn ------------------------------------------------------------------------------------------------

    @Override
    public boolean isWarnEnabled() {
        return false;
    }

    @Override
    public void warn(@Nullable String message) {}

    @Override
    public void warn(@Nullable String format, @Nullable Object argument) {}

    @Override
    public void warn(@Nullable String format, @Nullable Object first, @Nullable Object second) {}

    @Override
    public void warn(@Nullable String format, @Nullable Object... arguments) {}

    @Override
    public void warn(@Nullable String message, @Nullable Throwable thrown) {}

    // ---- error -----------------------------------------------------------------------------------------------

    @Override
    public boolean isErrorEnabled() {
        return false;
    }

    @Override
    public void error(@Nullable String message) {}

    @Override
    public void error(@Nullable String format, @Nullable Object argument) {}

    @Override
    public void error(@Nullable String format, @Nullable Object first, @Nullable Object second) {}

    @Override
    public void error(@Nullable String format, @Nullable Object... arguments) {}

    @Override
    public void error(@Nullable String message, @Nullable Throwable thrown) {}
}
