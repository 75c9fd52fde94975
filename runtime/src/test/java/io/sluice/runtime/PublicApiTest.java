package io.sluice.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.GenericDeclaration;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What users of the library can see, against {@code src/test/resources/runtime-api.txt}. A change on purpose is written
 * there with {@code ./mvnw -pl runtime test -Dtest=PublicApiTest -Dsluice.api.update=true}, and shows in the diff.
 */
class PublicApiTest {

    private static final Path RECORDED = Path.of("src", "test", "resources", "runtime-api.txt");

    /** Public only because packages of this module share them. */
    private static final Set<String> INTERNAL = Set.of("io.sluice.runtime.scheduler", "io.sluice.runtime.task");

    @Test
    void publicApi_isTheRecordedOne() throws IOException {
        List<String> actual = describe();
        if (Boolean.getBoolean("sluice.api.update")) {
            Files.write(RECORDED, actual);
        }
        assertThat(actual)
                .as("see the class comment for how to change the API on purpose")
                .isEqualTo(Files.readAllLines(RECORDED));
    }

    private static List<String> describe() throws IOException {
        Path classes = Path.of("target", "classes");
        try (Stream<Path> files = Files.walk(classes)) {
            return files.map(file -> classes.relativize(file).toString())
                    .filter(file -> file.endsWith(".class") && !file.endsWith("-info.class"))
                    .map(file ->
                            file.substring(0, file.length() - ".class".length()).replace(File.separatorChar, '.'))
                    .sorted()
                    .map(PublicApiTest::load)
                    .filter(PublicApiTest::isVisible)
                    .flatMap(PublicApiTest::describe)
                    .toList();
        }
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name, false, PublicApiTest.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new UncheckedIOException(new IOException(e));
        }
    }

    private static boolean isVisible(Class<?> type) {
        for (Class<?> each = type; each != null; each = each.getEnclosingClass()) {
            if (!isOpen(each.getModifiers()) || each.isAnonymousClass() || each.isLocalClass()) {
                return false;
            }
        }
        return !INTERNAL.contains(type.getPackageName());
    }

    private static boolean isOpen(int modifiers) {
        return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
    }

    private static Stream<String> describe(Class<?> type) {
        Set<String> members = new TreeSet<>();
        for (Field field : type.getDeclaredFields()) {
            add(members, field, name(field.getGenericType()) + " " + field.getName());
        }
        for (Executable constructor : type.getDeclaredConstructors()) {
            add(members, constructor, "new" + parameters(constructor));
        }
        for (Method method : type.getDeclaredMethods()) {
            if (!method.isBridge()) {
                String result = name(method.getGenericReturnType());
                add(members, method, variables(method) + result + " " + method.getName() + parameters(method));
            }
        }
        Stream<String> header = Stream.of("", kind(type) + " " + type.getName() + variables(type) + supertypes(type));
        return Stream.concat(header, members.stream().map(member -> "    " + member));
    }

    private static void add(Set<String> members, Member member, String text) {
        if (isOpen(member.getModifiers()) && !member.isSynthetic()) {
            members.add((Modifier.isStatic(member.getModifiers()) ? "static " : "") + text);
        }
    }

    private static String parameters(Executable executable) {
        String exceptions = Arrays.stream(executable.getGenericExceptionTypes())
                .map(PublicApiTest::name)
                .collect(Collectors.joining(", "));
        return Arrays.stream(executable.getGenericParameterTypes())
                        .map(PublicApiTest::name)
                        .collect(Collectors.joining(", ", "(", ")"))
                + (exceptions.isEmpty() ? "" : " throws " + exceptions);
    }

    private static String kind(Class<?> type) {
        if (type.isAnnotation()) {
            return "annotation";
        }
        if (type.isInterface()) {
            return "interface";
        }
        if (type.isEnum()) {
            return "enum";
        }
        String kind = type.isRecord() ? "record" : "class";
        return (Modifier.isFinal(type.getModifiers()) ? "" : type.isSealed() ? "sealed " : "open ") + kind;
    }

    private static String supertypes(Class<?> type) {
        Stream<Type> parents = Stream.of(type.getGenericInterfaces());
        if (type.getSuperclass() != null && type.getSuperclass() != Object.class) {
            parents = Stream.concat(Stream.of(type.getGenericSuperclass()), parents);
        }
        String text = parents.map(PublicApiTest::name).collect(Collectors.joining(", "));
        return text.isEmpty() ? "" : " : " + text;
    }

    private static String variables(GenericDeclaration declaration) {
        String text = Arrays.stream(declaration.getTypeParameters())
                .map(variable -> Stream.of(variable.getBounds())
                        .filter(bound -> bound != Object.class)
                        .map(PublicApiTest::name)
                        .collect(Collectors.joining(" & ", variable.getName() + " extends ", "")))
                .map(variable -> variable.endsWith(" extends ") ? variable.replace(" extends ", "") : variable)
                .collect(Collectors.joining(", "));
        return text.isEmpty() ? "" : "<" + text + "> ";
    }

    private static String name(Type type) {
        return type.getTypeName().replace("java.lang.", "").replace("java.util.", "");
    }
}
