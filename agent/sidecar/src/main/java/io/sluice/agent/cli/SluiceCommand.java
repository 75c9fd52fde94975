package io.sluice.agent.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
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

    static final int LOST = 1;
    static final int BAD_SETTINGS = 2;
    static final int CANNOT_LISTEN = 3;
    static final int CUT_SHORT = 4;

    @Spec
    @SuppressWarnings("NullAway.Init") // injected by picocli
    private CommandSpec spec;

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        // A closed standard output must not hurt: print streams swallow what they cannot write.
        return new CommandLine(new SluiceCommand())
                .setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8));
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
