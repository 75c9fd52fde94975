package io.sluice.agent.dropin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is in {@code sluice-otel.jar}, and what must not be. */
class DropInJarIT {

    private static ZipFile jar;

    @BeforeAll
    static void open() throws IOException {
        jar = new ZipFile(Path.of(System.getProperty("test.dropinJar")).toFile());
    }

    @AfterAll
    static void close() throws IOException {
        jar.close();
    }

    @Test
    void classes_areOursOrMovedBelowOurName() {
        assertThat(names())
                .filteredOn(name -> name.endsWith(".class"))
                .hasSizeGreaterThan(1000)
                .allSatisfy(name -> assertThat(name)
                        .matches("io/sluice/(runtime|batching|exporter|config|agent/otel"
                                + "|shaded/(io/(netty|grpc|perfmark)|com/google/common))/.*"));
    }

    @Test
    void everythingElse_isServicesAndLicences() {
        assertThat(names())
                .filteredOn(name -> !name.endsWith(".class"))
                .allSatisfy(name -> assertThat(name)
                        .matches("META-INF/(MANIFEST.MF|LICENSE|NOTICE|services/io\\..*|licenses/.*)"
                                + "|io/sluice/exporter/transport/version.txt"));
        assertThat(names())
                .contains("META-INF/LICENSE", "META-INF/NOTICE")
                .contains("META-INF/licenses/grpc-netty-shaded/LICENSE.txt")
                .contains("META-INF/licenses/grpc-netty-shaded/NOTICE.txt")
                .contains("META-INF/licenses/grpc-java/LICENSE")
                .contains("META-INF/licenses/guava/LICENSE")
                .contains("META-INF/licenses/perfmark-api/LICENSE");
    }

    @Test
    void serviceFiles_nameOurEntriesOnly() throws IOException {
        for (String name : names()) {
            if (name.startsWith("META-INF/services/")) {
                assertThat(lines(name)).isNotEmpty().allSatisfy(line -> {
                    assertThat(line).startsWith("io.sluice.");
                    assertThat(names()).contains(line.replace('.', '/') + ".class");
                });
            }
        }
        assertThat(lines("META-INF/services/io.opentelemetry.sdk.autoconfigure.spi"
                        + ".AutoConfigurationCustomizerProvider"))
                .containsExactly("io.sluice.agent.otel.SluiceCustomizer");
    }

    @Test
    void classes_nameNothingUnderItsUnrelocatedName_andNoProtobuf() throws IOException {
        for (String name : names()) {
            if (name.endsWith(".class")) {
                assertThat(utf8Constants(name))
                        .as(name)
                        .noneMatch(constant -> constant.contains("io/grpc/netty/shaded")
                                || constant.matches("([L(;])?(io/grpc|io/perfmark|com/google/common)/.*")
                                || (name.startsWith("io/sluice/agent") && constant.contains("com/google/protobuf")));
            }
        }
    }

    @Test
    void version_isInTheManifest() throws IOException {
        assertThat(lines("META-INF/MANIFEST.MF"))
                .anyMatch(line -> line.matches("Implementation-Version: [0-9]+\\..+"))
                .contains("Implementation-Title: sluice-otel");
    }

    private static Set<String> names() {
        Set<String> names = new TreeSet<>();
        jar.stream()
                .filter(entry -> !entry.isDirectory())
                .map(ZipEntry::getName)
                .forEach(names::add);
        return names;
    }

    private static List<String> lines(String name) throws IOException {
        try (InputStream in = jar.getInputStream(jar.getEntry(name))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        }
    }

    /** The strings of a class file's constant pool: names of classes, descriptors, literals. */
    private static Set<String> utf8Constants(String name) throws IOException {
        Set<String> constants = new TreeSet<>();
        try (DataInputStream in = new DataInputStream(jar.getInputStream(jar.getEntry(name)))) {
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
