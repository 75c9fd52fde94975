package io.sluice.runtime.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.runtime.AsyncRuntime;
import io.sluice.runtime.RuntimeBuilder;
import io.sluice.runtime.RuntimeMetrics;
import io.sluice.runtime.WorkerMetrics;
import java.io.IOException;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Holds {@code docs/runtime.md} to the code: its samples are ours, word for word, and the names it uses exist. */
class RuntimePageTest {

    private static final Path ROOT = root();
    private static final Path SAMPLES = ROOT.resolve("runtime/src/test/java/io/sluice/runtime/docs");
    private static final Path SOURCES = ROOT.resolve("runtime/src/main/java");

    private static final Pattern BLOCK = Pattern.compile("^```(\\w+)\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern SAMPLE =
            Pattern.compile("^ *// sample: [a-z-]+\\n(.*?)^ *// end of sample$", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern NAME = Pattern.compile("`([A-Z][\\w.]*)`");
    private static final Pattern LINK = Pattern.compile("]\\(([^)#:]+)(?:#[^)]*)?\\)");

    private final String page = read(ROOT.resolve("docs/runtime.md"));

    // ---- samples ----------------------------------------------------------------------------------------------

    @Test
    void javaBlocks_areSamplesThatWereRun_wordForWord() {
        assertThat(without(blocks("java"), samples())).isEmpty();
    }

    @Test
    void samples_areAllOnThePage() {
        assertThat(without(samples(), blocks("java"))).isEmpty();
    }

    @Test
    void coordinates_areThoseOfTheModule() {
        String pom = read(ROOT.resolve("runtime/pom.xml"));
        String dependency = blocks("xml").get(0);
        for (String tag : List.of("groupId", "version")) {
            assertThat(element(dependency, tag)).isEqualTo(element(pom, tag));
        }
        assertThat(pom).contains("<artifactId>" + element(dependency, "artifactId") + "</artifactId>");
    }

    private static List<String> without(List<String> all, List<String> known) {
        return all.stream().filter(each -> !known.contains(each)).toList();
    }

    private List<String> blocks(String language) {
        return BLOCK.matcher(page)
                .results()
                .filter(block -> block.group(1).equals(language))
                .map(block -> block.group(2))
                .toList();
    }

    private static List<String> samples() {
        List<String> found = new ArrayList<>();
        for (Path file : list(SAMPLES)) {
            SAMPLE.matcher(read(file)).results().forEach(sample -> found.add(dedent(sample.group(1))));
        }
        assertThat(found).hasSizeGreaterThan(20);
        return found;
    }

    /** The last line break would count as a line without indent. */
    private static String dedent(String sample) {
        return sample.stripTrailing().stripIndent() + "\n";
    }

    private static String element(String xml, String tag) {
        Matcher matcher = Pattern.compile("<" + tag + ">([^<]*)</" + tag + ">").matcher(xml);
        assertThat(matcher.find()).as("<%s> in %s", tag, xml).isTrue();
        return matcher.group(1);
    }

    // ---- names ------------------------------------------------------------------------------------------------

    @Test
    void settings_areAllExplained() {
        Stream<String> settings = Arrays.stream(RuntimeBuilder.class.getMethods())
                .filter(method -> method.getReturnType() == RuntimeBuilder.class)
                .map(Method::getName);
        assertThat(settings).isNotEmpty().allSatisfy(name -> assertThat(page).contains("| `" + name + "`"));
    }

    @Test
    void metrics_areAllExplained() {
        Stream<String> metrics = Stream.of(RuntimeMetrics.class, RuntimeMetrics.IoMetrics.class, WorkerMetrics.class)
                .flatMap(type -> Arrays.stream(type.getRecordComponents()))
                .map(RecordComponent::getName)
                .filter(name -> !name.equals("workers") && !name.equals("io"));
        assertThat(metrics).isNotEmpty().allSatisfy(name -> assertThat(page).contains("`" + name + "`"));
    }

    /** Rows of a table say what is ours in their second column, as {@code Type} or {@code Type.member}. */
    @Test
    void namesInTables_exist() {
        Set<String> unknown = new TreeSet<>();
        for (String line : page.split("\n")) {
            String[] cells = line.split(" \\| ");
            if (line.startsWith("| ") && cells.length == 3) {
                NAME.matcher(cells[1])
                        .results()
                        .map(name -> name.group(1))
                        .filter(name -> !exists(name))
                        .forEach(unknown::add);
            }
        }
        assertThat(unknown).isEmpty();
    }

    @Test
    void links_leadSomewhere() {
        LINK.matcher(page)
                .results()
                .map(link -> ROOT.resolve("docs").resolve(link.group(1)))
                .forEach(target -> assertThat(target).exists());
    }

    /** {@code Type}, {@code Type.Inner}, {@code Type.member}, {@code Type.Inner.member}; private members as well. */
    private static boolean exists(String name) {
        if (find(name) != null) {
            return true;
        }
        int dot = name.lastIndexOf('.');
        Class<?> type = dot < 0 ? null : find(name.substring(0, dot));
        return type != null
                && Stream.of(type.getMethods(), type.getDeclaredMethods(), type.getDeclaredFields())
                        .<Member>flatMap(Arrays::stream)
                        .anyMatch(member -> member.getName().equals(name.substring(dot + 1)));
    }

    private static @Nullable Class<?> find(String type) {
        String outer = type.replaceFirst("\\..*", "");
        try (Stream<Path> files = Files.walk(SOURCES)) {
            Path source = files.filter(file -> file.endsWith(outer + ".java"))
                    .findFirst()
                    .orElse(null);
            if (source == null) {
                return null;
            }
            String packageName =
                    SOURCES.relativize(source.getParent()).toString().replace('/', '.');
            return Class.forName(
                    packageName + "." + type.replace('.', '$'), false, AsyncRuntime.class.getClassLoader());
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (ClassNotFoundException e) {
            return null;
        }
    }

    // ---- files ------------------------------------------------------------------------------------------------

    private static Path root() {
        Path directory = Path.of("").toAbsolutePath();
        while (!Files.exists(directory.resolve("docs/runtime.md"))) {
            directory = directory.getParent();
            assertThat(directory).as("a directory with docs/runtime.md in it").isNotNull();
        }
        return directory;
    }

    private static List<Path> list(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
