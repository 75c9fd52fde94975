package io.sluice.agent.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.ProtectionDomain;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** Another agent: says that it started and which class of the program it saw. */
public final class SecondAgent {

    private SecondAgent() {}

    public static void premain(String arguments, Instrumentation instrumentation) {
        System.out.println("second agent started");
        instrumentation.addTransformer(
                new ClassFileTransformer() {
                    @Override
                    public byte[] transform(
                            ClassLoader loader,
                            String name,
                            Class<?> redefined,
                            ProtectionDomain domain,
                            byte[] classFile) {
                        if ("io/sluice/agent/process/HostProgram".equals(name)) {
                            System.out.println("second agent saw HostProgram");
                        }
                        return null;
                    }
                },
                true);
    }

    /** Writes the jar of this agent. */
    static Path jar(Path directory) throws IOException {
        Manifest manifest = new Manifest();
        Attributes attributes = manifest.getMainAttributes();
        attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        attributes.putValue("Premain-Class", SecondAgent.class.getName());
        attributes.putValue("Can-Retransform-Classes", "true");
        Path jar = directory.resolve("second-agent.jar");
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file, manifest)) {
            for (String name : new String[] {"SecondAgent", "SecondAgent$1"}) {
                out.putNextEntry(new JarEntry("io/sluice/agent/process/" + name + ".class"));
                try (InputStream in = SecondAgent.class.getResourceAsStream(name + ".class")) {
                    in.transferTo(out);
                }
            }
        }
        return jar;
    }
}
