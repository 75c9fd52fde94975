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

/**
 * The end of a sidecar's process, run as a shutdown hook: drain, tell the account of each signal, end with the exit code
 * that says whether everything was settled in time. Another signal meanwhile changes nothing; only SIGKILL ends a drain
 * before its deadline.
 */
final class Ending implements Runnable {

    private static final String HOP = "sidecar";

    private final Sidecar sidecar;
    private final SluiceSettings settings;
    private final PrintWriter err;

    Ending(Sidecar sidecar, SluiceSettings settings, PrintWriter err) {
        this.sidecar = sidecar;
        this.settings = settings;
        this.err = err;
    }

    @Override
    public void run() {
        boolean inTime = false;
        try {
            inTime = sidecar.drain();
        } catch (Exception e) {
            err.println("sluice: the drain failed: " + e);
        }
        tell(sidecar.accounts());
        err.flush();
        Runtime.getRuntime().halt(inTime ? 0 : SluiceCommand.FAILURE);
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
