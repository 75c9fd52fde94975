package io.sluice.agent.cli;

import io.sluice.agent.sidecar.Sidecar;
import io.sluice.config.SettingsException;
import io.sluice.config.SluiceSettings;
import java.io.PrintWriter;
import java.net.UnknownHostException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code sluice sidecar}: receives OTLP, keeps it within its budget, and forwards it until SIGTERM. */
@Command(
        name = "sidecar",
        description = "Receives OTLP, keeps it within its budget, and forwards it until SIGTERM.",
        mixinStandardHelpOptions = true,
        subcommands = {SidecarCommand.Validate.class, ConfigCommand.Explain.class},
        footer = {
            "",
            "Settings come from these flags, --set, system properties, the environment",
            "(SLUICE_SIDECAR_LISTEN for sluice.sidecar.listen), and the file of --config, in this order;",
            "docs/settings.md lists them all. Over HTTP it also answers /healthz, /readyz and /metrics.",
            "SIGTERM or SIGINT drains until sluice.drain.timeout; a second one ends it at once."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:all that was taken was settled",
            "1:the drain ended with something left, which is lost; or an unexpected failure",
            "2:bad usage or bad settings",
            "3:the address cannot be listened on",
            "4:ended by a second signal before the drain was over"
        })
final class SidecarCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // injected by picocli
    private CommandSpec spec;

    @Mixin
    private SettingFlags flags = new SettingFlags();

    @Override
    public Integer call() throws Exception {
        PrintWriter err = spec.commandLine().getErr();
        SluiceSettings settings;
        try {
            settings = flags.load(spec.commandLine());
        } catch (SettingsException e) {
            e.problems().forEach(err::println);
            return ExitCodes.BAD_SETTINGS;
        }
        return SidecarProcess.run(settings, spec.commandLine().getOut(), err);
    }

    /** Checks settings without starting. */
    @Command(name = "validate", description = "Checks the settings and ends.", mixinStandardHelpOptions = true)
    static final class Validate implements Callable<Integer> {

        @Spec
        @SuppressWarnings("NullAway.Init") // injected by picocli
        private CommandSpec spec;

        @Mixin
        private SettingFlags flags = new SettingFlags();

        @Override
        public Integer call() {
            PrintWriter err = spec.commandLine().getErr();
            try {
                Sidecar.check(flags.load(spec.commandLine()));
                spec.commandLine().getOut().println("settings are valid");
                return 0;
            } catch (SettingsException e) {
                e.problems().forEach(err::println);
            } catch (IllegalArgumentException e) {
                err.println("sluice: " + e.getMessage());
            } catch (UnknownHostException e) {
                err.println("sluice: the host to listen on is unknown: " + e.getMessage());
            }
            return ExitCodes.BAD_SETTINGS;
        }
    }
}
