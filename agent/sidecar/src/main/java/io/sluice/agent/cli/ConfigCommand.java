package io.sluice.agent.cli;

import io.sluice.config.SettingsException;
import io.sluice.config.SettingsReference;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sluice config}: looks at settings without starting anything. */
@Command(
        name = "config",
        description = "Looks at settings.",
        mixinStandardHelpOptions = true,
        subcommands = ConfigCommand.Explain.class)
final class ConfigCommand implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init") // injected by picocli
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }

    /** Every setting with its value and where it came from. */
    @Command(
            name = "explain",
            description = "Prints every setting with its value and where it came from.",
            mixinStandardHelpOptions = true)
    static final class Explain implements java.util.concurrent.Callable<Integer> {

        @Spec
        @SuppressWarnings("NullAway.Init") // injected by picocli
        private CommandSpec spec;

        @Mixin
        private SettingFlags flags = new SettingFlags();

        @Override
        public Integer call() {
            try {
                spec.commandLine().getOut().print(SettingsReference.explain(flags.load(spec.commandLine())));
                spec.commandLine().getOut().flush();
                return 0;
            } catch (SettingsException e) {
                e.problems().forEach(spec.commandLine().getErr()::println);
                return ExitCodes.BAD_SETTINGS;
            }
        }
    }
}
