package io.sluice.agent.main;

import io.opentelemetry.javaagent.bootstrap.AgentClassLoader;
import java.io.File;
import java.lang.reflect.InvocationTargetException;
import java.net.URISyntaxException;

/**
 * Where the JVM enters {@code java -jar sluice-agent.jar sidecar ...}: loads the command line from the part of the jar
 * that is hidden from applications, and leaves the rest to it.
 */
public final class SluiceMain {

    private static final String COMMAND = "io.sluice.agent.cli.SluiceCommand";

    private SluiceMain() {}

    /** Runs one command. */
    public static void main(String[] arguments) throws Exception {
        ClassLoader hidden = new AgentClassLoader(jar(), "inst", false, SluiceMain.class.getClassLoader());
        Thread.currentThread().setContextClassLoader(hidden);
        try {
            hidden.loadClass(COMMAND).getMethod("main", String[].class).invoke(null, (Object) arguments);
        } catch (InvocationTargetException thrownByCommand) {
            Throwable cause = thrownByCommand.getCause();
            if (cause instanceof Exception) {
                throw (Exception) cause;
            }
            if (cause instanceof Error) {
                throw (Error) cause;
            }
            throw thrownByCommand;
        }
    }

    private static File jar() throws URISyntaxException {
        return new File(SluiceMain.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
    }
}
