package io.sluice.agent.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The command line, {@code sluice}. Exit codes are said in {@code --help} and docs/sidecar.md.
 */
@Command(
        name = "sluice",
        description = "OTLP telemetry exporter: a sidecar that receives, keeps and forwards.",
        mixinStandardHelpOptions = true,
        versionProvider = SluiceCommand.Version.class,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:success",
            "1:a drain ended with something left, which is lost; or an unexpected failure",
            "2:bad usage or bad settings",
            "3:the address cannot be listened on",
            "4:ended by a second signal before the drain was over"
        },
        subcommands = {SidecarCommand.class, ConfigCommand.class})
public final class SluiceCommand implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init") // injected by picocli
    private CommandSpec spec;

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return new CommandLine(new SluiceCommand())
                .setOut(SluiceProgram.printer(System.out))
                .setErr(SluiceProgram.printer(System.err));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }

    /** The version in the jar's manifest. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            Package ours = SluiceCommand.class.getPackage();
            String version = ours == null ? null : ours.getImplementationVersion();
            return new String[] {"sluice " + (version == null ? "development" : version)};
        }
    }
}
