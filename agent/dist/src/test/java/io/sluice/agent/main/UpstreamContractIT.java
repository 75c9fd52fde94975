package io.sluice.agent.main;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.javaagent.OpenTelemetryAgent;
import io.opentelemetry.javaagent.bootstrap.AgentClassLoader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.instrument.Instrumentation;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import net.bytebuddy.jar.asm.Type;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What we rely on in the OpenTelemetry agent that we are merged into, and that no compiler looks at. When its version
 * moves, {@code docs/upstream-upgrade.md} says what to do about each test here that fails.
 */
class UpstreamContractIT {

    private static final String SHADED = "io/opentelemetry/javaagent/shaded/";

    private static JarFile upstream;
    private static JarFile ours;
    private static ClassLoader merged;

    @BeforeAll
    static void open() throws IOException {
        File jar = new File(System.getProperty("sluice.test.agentJar"));
        upstream = new JarFile(System.getProperty("sluice.test.upstreamJar"));
        ours = new JarFile(jar);
        merged = new AgentClassLoader(jar, "inst", false, UpstreamContractIT.class.getClassLoader());
    }

    @AfterAll
    static void close() throws IOException {
        upstream.close();
        ours.close();
    }

    @Test
    void manifest_asksForNothingThatOursDoesNotGrant() throws IOException {
        Attributes theirs = upstream.getManifest().getMainAttributes();
        Attributes granted = ours.getManifest().getMainAttributes();

        assertThat(theirs.getValue("Premain-Class")).isEqualTo(OpenTelemetryAgent.class.getName());
        assertThat(theirs.keySet())
                .extracting(Object::toString)
                .filteredOn(name -> name.startsWith("Can-") || name.startsWith("Boot-") || name.startsWith("Launcher-"))
                .allSatisfy(name -> assertThat(granted.getValue(name)).as(name).isEqualTo(theirs.getValue(name)));
        assertThat(granted.getValue("Implementation-Version")).isEqualTo(theirs.getValue("Implementation-Version"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"premain", "agentmain"})
    void entryPoints_areStaticAndPublic(String name) throws Exception {
        int modifiers = OpenTelemetryAgent.class
                .getMethod(name, String.class, Instrumentation.class)
                .getModifiers();

        assertThat(Modifier.isStatic(modifiers)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                SHADED + "io/opentelemetry/api/OpenTelemetry.class",
                SHADED + "io/opentelemetry/context/Context.class",
                SHADED + "io/opentelemetry/common/ComponentLoader.class",
                SHADED + "io/opentelemetry/semconv/ServiceAttributes.class",
                SHADED + "instrumentation/",
                "io/opentelemetry/javaagent/bootstrap/PatchLogger.class",
                "inst/io/opentelemetry/sdk/OpenTelemetrySdk.classdata",
                "inst/io/opentelemetry/sdk/autoconfigure/spi/AutoConfigurationCustomizerProvider.classdata",
                "inst/io/opentelemetry/sdk/autoconfigure/spi/internal/AutoConfigureListener.classdata"
            })
    void namesThatWeRelocateTo_areThose(String entry) {
        assertThat(upstream.stream().map(ZipEntry::getName)).anyMatch(name -> name.startsWith(entry));
    }

    @Test
    void sdkInside_isTheOneThatWeCompileAgainst() throws IOException {
        Properties inside = new Properties();
        try (InputStream in =
                upstream.getInputStream(upstream.getEntry(SHADED + "io/opentelemetry/api/version.properties"))) {
            inside.load(in);
        }

        assertThat(inside.getProperty("sdk.version")).isEqualTo(System.getProperty("sluice.test.sdkVersion"));
    }

    @Test
    void serviceFiles_areListsOfClassesThatExist() throws IOException {
        for (String name : names("inst/META-INF/services/io.opentelemetry.sdk.")) {
            for (String provider : lines(name)) {
                assertThat(ours.getEntry("inst/" + provider.replace('.', '/') + ".classdata"))
                        .as(provider + " in " + name)
                        .isNotNull();
            }
        }
    }

    /** As the JVM would find out at the first call, which may be the last one before a shutdown. */
    @Test
    void everyMemberThatWeName_isThere() throws IOException {
        Set<String> missing = new TreeSet<>();
        int[] checked = new int[1];
        for (String name : names("inst/io/sluice/agent/otel/", "inst/io/sluice/exporter/otlp/")) {
            try (InputStream in = ours.getInputStream(ours.getEntry(name))) {
                new ClassReader(in).accept(members(name, missing, checked), ClassReader.SKIP_FRAMES);
            }
        }

        assertThat(missing).isEmpty();
        assertThat(checked[0]).as("calls to OpenTelemetry that were looked at").isGreaterThan(100);
    }

    private static ClassVisitor members(String from, Set<String> missing, int[] checked) {
        return new ClassVisitor(Opcodes.ASM9) {
            @Override
            public MethodVisitor visitMethod(
                    int access, String name, String descriptor, String signature, String[] exceptions) {
                return new MethodVisitor(Opcodes.ASM9) {
                    @Override
                    public void visitMethodInsn(
                            int opcode, String owner, String called, String calledDescriptor, boolean isInterface) {
                        if (owner.startsWith("io/opentelemetry/")) {
                            checked[0]++;
                            if (!exists(owner, called, calledDescriptor)) {
                                missing.add(from + " calls " + owner + "." + called + calledDescriptor);
                            }
                        }
                    }
                };
            }
        };
    }

    private static boolean exists(String owner, String name, String descriptor) {
        try {
            Class<?> type = Class.forName(owner.replace('/', '.'), false, merged);
            return all(type).stream().anyMatch(each -> declares(each, name, descriptor));
        } catch (ClassNotFoundException | LinkageError gone) {
            return false;
        }
    }

    private static boolean declares(Class<?> type, String name, String descriptor) {
        return name.equals("<init>")
                ? Arrays.stream(type.getDeclaredConstructors())
                        .anyMatch(each -> Type.getConstructorDescriptor(each).equals(descriptor))
                : Arrays.stream(type.getDeclaredMethods())
                        .anyMatch(each -> each.getName().equals(name)
                                && Type.getMethodDescriptor(each).equals(descriptor));
    }

    /** It, what it extends and what it implements. */
    private static List<Class<?>> all(Class<?> type) {
        List<Class<?>> types = new ArrayList<>();
        for (Class<?> each = type; each != null; each = each.getSuperclass()) {
            types.add(each);
            for (Class<?> implemented : each.getInterfaces()) {
                types.addAll(all(implemented));
            }
        }
        types.add(Object.class);
        return types;
    }

    private static List<String> names(String... prefixes) {
        return ours.stream()
                .map(ZipEntry::getName)
                .filter(name -> Arrays.stream(prefixes).anyMatch(name::startsWith) && !name.endsWith("/"))
                .toList();
    }

    private static List<String> lines(String name) throws IOException {
        try (InputStream in = ours.getInputStream(ours.getEntry(name))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .toList();
        }
    }
}
