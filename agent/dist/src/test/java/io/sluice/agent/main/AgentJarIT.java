package io.sluice.agent.main;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What stands in the built agent jar, and where. */
class AgentJarIT {

    private static JarFile ours;
    private static ZipFile upstream;

    @BeforeAll
    static void open() throws IOException {
        ours = new JarFile(System.getProperty("sluice.test.agentJar"));
        upstream = new ZipFile(System.getProperty("sluice.test.upstreamJar"));
    }

    @AfterAll
    static void close() throws IOException {
        ours.close();
        upstream.close();
    }

    @Test
    void manifest_namesOurEntryClasses() throws IOException {
        Attributes attributes = ours.getManifest().getMainAttributes();

        assertThat(attributes.getValue("Premain-Class")).isEqualTo("io.sluice.agent.main.SluiceAgent");
        assertThat(attributes.getValue("Agent-Class")).isEqualTo("io.sluice.agent.main.SluiceAgent");
        assertThat(attributes.getValue("Main-Class")).isEqualTo("io.sluice.agent.main.SluiceMain");
        assertThat(attributes.getValue("Can-Retransform-Classes")).isEqualTo("true");
    }

    @Test
    void topLevel_hasOnlyEntryClassesOfOurs() {
        // The whole jar is appended to the boot class path: whatever stands here is seen by every application.
        assertThat(added())
                .filteredOn(name -> !name.startsWith("inst/") && !name.startsWith("META-INF/"))
                .containsExactlyInAnyOrder(
                        "io/sluice/agent/main/SluiceAgent.class",
                        "io/sluice/agent/main/SluiceMain.class",
                        "io/sluice/agent/main/package-info.class");
    }

    @Test
    void upstreamEntries_areAllKept() {
        Set<String> missing = names(upstream);
        missing.removeAll(names(ours));

        assertThat(missing).isEmpty();
    }

    @Test
    void serviceFiles_keepUpstreamLinesAndAddOurs() throws IOException {
        int merged = 0;
        for (String name : names(upstream)) {
            if (name.startsWith("inst/META-INF/services/")) {
                List<String> lines = new ArrayList<>(lines(ours, name));
                assertThat(lines).as(name).containsAll(lines(upstream, name));
                lines.removeAll(lines(upstream, name));
                assertThat(lines).as(name).allSatisfy(line -> assertThat(line).startsWith("io.sluice.agent.otel."));
                merged += lines.isEmpty() ? 0 : 1;
            }
        }
        assertThat(merged).as("of the drop-in's service files").isEqualTo(6);
        assertThat(lines(
                        ours,
                        "inst/META-INF/services/io.opentelemetry.sdk.autoconfigure.spi"
                                + ".AutoConfigurationCustomizerProvider"))
                .endsWith("io.sluice.agent.otel.SluiceCustomizer");
        assertThat(added())
                .filteredOn(entry -> entry.contains("META-INF/services/"))
                .containsExactlyInAnyOrder(
                        "inst/META-INF/services/io.sluice.shaded.io.grpc.LoadBalancerProvider",
                        "inst/META-INF/services/io.sluice.shaded.io.grpc.NameResolverProvider");
    }

    @Test
    void addedClasses_areOursOrOfLicensedThirdParties() {
        assertThat(added())
                .filteredOn(name -> name.startsWith("inst/"))
                .allSatisfy(name -> assertThat(name)
                        .matches("inst/(io/sluice/(runtime|batching|exporter|config|agent"
                                + "|shaded/(io/(netty|grpc|perfmark|airlift)|com/(google/common|fasterxml/jackson/core)))|picocli"
                                + "|META-INF/services)/.*"));
        assertThat(names(ours))
                .contains("META-INF/LICENSE", "META-INF/NOTICE")
                .anyMatch(name -> name.matches("META-INF/licenses/grpc-netty-shaded-[^/]+/META-INF/LICENSE.txt"))
                .anyMatch(name -> name.matches("META-INF/licenses/grpc-netty-shaded-[^/]+/META-INF/NOTICE.txt"))
                .anyMatch(name -> name.matches("META-INF/licenses/picocli-[^/]+/META-INF/LICENSE"))
                .anyMatch(name -> name.matches("META-INF/licenses/grpc-java-[^/]+/META-INF/LICENSE"))
                .anyMatch(name -> name.matches("META-INF/licenses/guava-[^/]+/META-INF/LICENSE"))
                .anyMatch(name -> name.matches("META-INF/licenses/perfmark-api-[^/]+/META-INF/LICENSE"))
                .anyMatch(name -> name.matches("META-INF/licenses/opentelemetry-javaagent-[^/]+/META-INF/LICENSE"));
    }

    @Test
    void nativeLibraries_areLeftOut() {
        assertThat(names(ours))
                .noneMatch(name -> name.endsWith(".so") || name.endsWith(".dll") || name.endsWith("jnilib"));
    }

    @Test
    void addedClasses_nameNothingUnderItsUnrelocatedName() throws IOException {
        for (String name : added()) {
            if (name.endsWith(".classdata")) {
                assertThat(utf8Constants(name))
                        .as(name)
                        .noneMatch(constant -> constant.contains("io/grpc/netty/shaded")
                                || constant.matches("([L(;])?(io/grpc|io/perfmark|com/google/common)/.*")
                                || constant.matches(
                                        "(.*[L(;])?io/opentelemetry/(api|context|common|semconv|instrumentation)/.*")
                                || constant.matches("(.*[L(;])?java/util/logging/Logger[;)]?.*"));
            }
        }
    }

    @Test
    void entryClasses_loadOnJava8() throws IOException {
        for (String name : List.of("SluiceAgent", "SluiceMain")) {
            try (DataInputStream in = new DataInputStream(
                    ours.getInputStream(ours.getEntry("io/sluice/agent/main/" + name + ".class")))) {
                in.readInt();
                in.readUnsignedShort();
                assertThat(in.readUnsignedShort())
                        .as("class file version of " + name)
                        .isEqualTo(52);
            }
        }
    }

    /** Files of the jar that the OpenTelemetry agent does not have. */
    private static Set<String> added() {
        Set<String> added = names(ours);
        added.removeAll(names(upstream));
        return added;
    }

    private static Set<String> names(ZipFile jar) {
        Set<String> names = new TreeSet<>();
        jar.stream()
                .filter(entry -> !entry.isDirectory())
                .map(ZipEntry::getName)
                .forEach(names::add);
        return names;
    }

    private static List<String> lines(ZipFile jar, String name) throws IOException {
        try (InputStream in = jar.getInputStream(jar.getEntry(name))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        }
    }

    /** The strings of a class file's constant pool: names of classes, descriptors, literals. */
    private static Set<String> utf8Constants(String name) throws IOException {
        Set<String> constants = new TreeSet<>();
        try (DataInputStream in = new DataInputStream(ours.getInputStream(ours.getEntry(name)))) {
            in.skipNBytes(8);
            int count = in.readUnsignedShort();
            for (int i = 1; i < count; i++) {
                int tag = in.readUnsignedByte();
                switch (tag) {
                    case 1 -> constants.add(in.readUTF());
                    case 3, 4, 9, 10, 11, 12, 17, 18 -> in.skipNBytes(4);
                    case 5, 6 -> {
                        in.skipNBytes(8);
                        i++;
                    }
                    case 7, 8, 16, 19, 20 -> in.skipNBytes(2);
                    case 15 -> in.skipNBytes(3);
                    default -> throw new IOException("constant tag " + tag + " in " + name);
                }
            }
        }
        return constants;
    }
}
