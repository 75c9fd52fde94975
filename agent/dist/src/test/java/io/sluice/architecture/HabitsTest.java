package io.sluice.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaFieldAccess;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What no class of the product does, and what only named ones do. */
class HabitsTest {

    /** The one place that runs before any class path of ours exists: it reads the version of the JVM. */
    private static final String PREMAIN = "io.sluice.agent.main.SluiceAgent";

    private static final Set<String> BYPASSES = Set.of(
            "java.net.Socket",
            "java.net.ServerSocket",
            "java.net.DatagramSocket",
            "java.net.HttpURLConnection",
            "java.net.URLConnection",
            "java.nio.channels.AsynchronousSocketChannel",
            "java.nio.channels.AsynchronousServerSocketChannel");

    /** The JDK's trust managers take a socket as a parameter; this one opens none. */
    private static final String NAMES_SOCKETS_ONLY = "io.sluice.exporter.tls.ServerTrust";

    @Test
    void product_isSeenAsAWhole() {
        assertThat(Product.classes().stream().map(JavaClass::getPackageName))
                .contains(
                        "io.sluice.runtime",
                        "io.sluice.batching",
                        "io.sluice.exporter",
                        "io.sluice.config",
                        "io.sluice.agent.otel",
                        "io.sluice.agent.cli",
                        "io.sluice.agent.main");
    }

    @Test
    void bytes_leaveThroughOurDriverOnly() {
        check(noClasses()
                .that()
                .doNotHaveFullyQualifiedName(NAMES_SOCKETS_ONLY)
                .should()
                .dependOnClassesThat(describe(
                        "open connections past runtime.net",
                        type -> BYPASSES.contains(type.getName()) || isForeignTransport(type))));
        check(noClasses()
                .that()
                .resideOutsideOfPackage("io.sluice.runtime.net..")
                .should()
                .dependOnClassesThat(
                        describe("are channels or selectors of the JDK", HabitsTest::isJdkNetworkChannel)));
    }

    private static boolean isForeignTransport(JavaClass type) {
        return type.getPackageName().startsWith("java.net.http")
                || (type.getName().contains(".netty.")
                        && (type.getSimpleName().startsWith("Nio")
                                || type.getSimpleName().startsWith("Epoll")));
    }

    private static boolean isJdkNetworkChannel(JavaClass type) {
        return Set.of(
                        "java.nio.channels.SocketChannel",
                        "java.nio.channels.ServerSocketChannel",
                        "java.nio.channels.DatagramChannel",
                        "java.nio.channels.Selector",
                        "java.nio.channels.SelectionKey")
                .contains(type.getName());
    }

    @Test
    void nanoTime_isReadBySystemClockOnly() {
        check(noClasses()
                .that()
                .doNotHaveFullyQualifiedName("io.sluice.runtime.time.SystemClock")
                .should()
                .callMethod(System.class, "nanoTime"));
    }

    @Test
    void environmentAndProperties_areReadByConfigOnly() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage("io.sluice.config..")
                .and()
                .doNotHaveFullyQualifiedName(PREMAIN)
                .should()
                .callMethodWhere(describe("reads the environment or system properties", HabitsTest::readsSettings)));
    }

    private static boolean readsSettings(JavaCall<?> call) {
        String method = call.getTargetOwner().getName() + "." + call.getName();
        return Set.of(
                        "java.lang.System.getenv",
                        "java.lang.System.getProperty",
                        "java.lang.System.getProperties",
                        "java.lang.Boolean.getBoolean",
                        "java.lang.Integer.getInteger",
                        "java.lang.Long.getLong")
                .contains(method);
    }

    @Test
    void systemProperties_areNeverSet() {
        check(noClasses()
                .should()
                .callMethodWhere(describe(
                        "sets a system property",
                        call -> call.getTargetOwner().isEquivalentTo(System.class)
                                && Set.of("setProperty", "setProperties", "clearProperty")
                                        .contains(call.getName()))));
    }

    @Test
    void threads_neverSleepAndKeepNothing() {
        check(noClasses().should().callMethod(Thread.class, "sleep", long.class));
        check(noClasses().should().callMethod(Thread.class, "sleep", long.class, int.class));
        check(noClasses().should().dependOnClassesThat().areAssignableTo(ThreadLocal.class));
    }

    @Test
    void jdkInternals_areNotUsed() {
        check(noClasses()
                .should()
                .dependOnClassesThat(describe(
                        "are internals of the JDK",
                        type -> (type.getPackageName().startsWith("sun.")
                                        || type.getPackageName().startsWith("jdk.internal"))
                                && !type.getName().startsWith("sun.misc.Signal"))));
        check(noClasses()
                .that()
                .resideOutsideOfPackages("io.sluice.agent.sidecar..", "io.sluice.runtime.signal..")
                .should()
                .dependOnClassesThat()
                .haveNameMatching("sun\\.misc\\.Signal.*"));
    }

    /** The JDK tells the end of a process by one only. */
    @Test
    void completableFuture_staysOutOfTheRuntime_butForTheAdapters() {
        check(noClasses()
                .that()
                .resideInAPackage("io.sluice.runtime..")
                .and()
                .haveNameNotMatching("io\\.sluice\\.runtime\\.(Futures|StageFuture|TaskStage|process\\.Child)(\\$.*)?")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.util.concurrent.CompletableFuture"));
    }

    @Test
    void standardStreams_areWrittenByAgentOnly() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage("io.sluice.agent..")
                .should()
                .accessFieldWhere(standardStream()));
    }

    private static DescribedPredicate<JavaFieldAccess> standardStream() {
        return describe(
                "is System.out or System.err",
                access -> owner(describe("System", (JavaClass type) -> type.isEquivalentTo(System.class)))
                                .test(access.getTarget())
                        && Set.of("out", "err").contains(access.getName()));
    }

    @Test
    void everyPackage_saysWhatItIsFor() {
        Set<String> silent = Product.classes().stream()
                .map(JavaClass::getPackage)
                .filter(javaPackage -> javaPackage.tryGetPackageInfo().isEmpty())
                .map(JavaPackage::getName)
                .collect(Collectors.toSet());

        assertThat(silent).isEmpty();
    }

    private static void check(ArchRule rule) {
        rule.allowEmptyShould(true).check(Product.classes());
    }
}
