package io.sluice.agent.cli;

import io.sluice.agent.sidecar.Sidecar;
import io.sluice.batching.AccountSnapshot;
import io.sluice.config.SluiceSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The end of a sidecar's process: drain, tell the account of each signal, end with the exit code that says whether
 * everything was settled in time. A second signal ends it at once, with the account as it is then.
 */
final class Ending {

    private static final String HOP = "sidecar";

    private final Sidecar sidecar;
    private final SluiceSettings settings;
    private final PrintWriter err;
    private final CountDownLatch asked = new CountDownLatch(1);
    private final AtomicBoolean begun = new AtomicBoolean();
    private final AtomicBoolean told = new AtomicBoolean();

    Ending(Sidecar sidecar, SluiceSettings settings, PrintWriter err) {
        this.sidecar = sidecar;
        this.settings = settings;
        this.err = err;
    }

    /** From here on the process ends this way. */
    void listen() {
        // For every end that no signal asks for; and for signals, where nobody can hear them.
        Runtime.getRuntime().addShutdownHook(new Thread(this::end, "sluice-drain"));
        Signals.onEnd(asked::countDown, this::endNow);
    }

    /** Waits until the process is asked to end, and ends it. */
    void await() throws InterruptedException {
        asked.await();
        end();
    }

    /** Drains and halts; only the first caller does. */
    private void end() {
        if (!begun.compareAndSet(false, true)) {
            return;
        }
        boolean inTime = false;
        try {
            inTime = sidecar.drain();
        } catch (Exception e) {
            err.println("sluice: the drain failed: " + e);
        }
        halt(inTime ? 0 : ExitCodes.LOST);
    }

    /** A second signal: whoever sends it does not want to wait. */
    private void endNow() {
        err.println("sluice: ended by a second signal; what is pending is lost");
        halt(ExitCodes.CUT_SHORT);
    }

    private void halt(int code) {
        if (told.compareAndSet(false, true)) {
            tell(sidecar.accounts());
            err.flush();
            Runtime.getRuntime().halt(code);
        }
    }

    private void tell(Map<String, AccountSnapshot> accounts) {
        if (settings.accountLog()) {
            accounts.forEach((signal, account) -> err.println("sluice: " + signal + ": " + account));
            err.println("sluice: " + sidecar.counts());
        }
        settings.accountFile().ifPresent(file -> accounts.forEach((signal, account) -> append(file, signal, account)));
    }

    private void append(Path file, String signal, AccountSnapshot account) {
        try {
            // One write call a line, so that lines of several processes do not mix.
            Files.write(
                    file,
                    (account.toJson(HOP, signal) + "\n").getBytes(StandardCharsets.UTF_8),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            err.println("sluice: account file not written: " + e);
        }
    }
}
