package io.sluice.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;

/** Who may import whom: agent, config, exporter, batching, runtime; arrows point down only. */
class ArrowsTest {

    private static final String JAVA = "java..";
    private static final String TLS = "javax.net.ssl..";
    private static final String NAMES = "javax.security.auth.x500..";
    private static final String JSPECIFY = "org.jspecify..";
    private static final String RUNTIME = "io.sluice.runtime..";
    private static final String PRESSURE = "io.sluice.runtime.pressure..";
    private static final String MANAGEMENT = "io.sluice.runtime.management..";
    private static final String EVENTS = "io.sluice.runtime.jfr..";
    private static final String FLIGHT_RECORDER = "jdk.jfr..";
    private static final String BATCHING = "io.sluice.batching..";
    private static final String EXPORTER = "io.sluice.exporter..";
    private static final String CONFIG = "io.sluice.config..";
    private static final String OPENTELEMETRY = "io.opentelemetry..";
    private static final String JACKSON = "com.fasterxml.jackson.core..";
    private static final String NETTY_AND_GRPC = "io.grpc..";

    @Test
    void runtime_dependsOnNothing() {
        check(classes()
                .that()
                .resideInAPackage(RUNTIME)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(RUNTIME, JAVA, "javax.management..", FLIGHT_RECORDER, JSPECIFY));
    }

    @Test
    void runtime_isRecorded_inOnePlaceThatNobodyNeeds() {
        check(noClasses()
                .that()
                .resideInAPackage(RUNTIME)
                .and()
                .resideOutsideOfPackage(EVENTS)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(FLIGHT_RECORDER, EVENTS));
    }

    @Test
    void runtime_isShownOverJmx_inOnePlaceThatNobodyNeeds() {
        check(noClasses()
                .that()
                .resideInAPackage(RUNTIME)
                .and()
                .resideOutsideOfPackage(MANAGEMENT)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("javax.management..", "java.lang.management..", MANAGEMENT));
    }

    @Test
    void pressure_standsOnTopOfTheRuntime() {
        check(classes()
                .that()
                .resideInAPackage(PRESSURE)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        PRESSURE,
                        "io.sluice.runtime",
                        "io.sluice.runtime.sync..",
                        "io.sluice.runtime.time..",
                        JAVA,
                        JSPECIFY));
        check(noClasses()
                .that()
                .resideInAPackage(RUNTIME)
                .and()
                .resideOutsideOfPackage(PRESSURE)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(PRESSURE));
    }

    @Test
    void batching_dependsOnRuntime() {
        check(classes()
                .that()
                .resideInAPackage(BATCHING)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(BATCHING, RUNTIME, JAVA, JSPECIFY));
    }

    @Test
    void batching_knowsNothingOfNetworks() {
        check(noClasses()
                .that()
                .resideInAPackage(BATCHING)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.sluice.runtime.net..", "io.sluice.runtime.io..", "java.net..", "java.nio.."));
    }

    @Test
    void exporter_dependsOnBatchingAndRuntime() {
        check(classes()
                .that()
                .resideInAPackage(EXPORTER)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        EXPORTER,
                        BATCHING,
                        RUNTIME,
                        OPENTELEMETRY,
                        NETTY_AND_GRPC,
                        JACKSON,
                        JAVA,
                        "javax.management..",
                        TLS,
                        NAMES,
                        JSPECIFY));
    }

    @Test
    void tls_isTheJdks_andKnowsNoTransport() {
        check(classes()
                .that()
                .resideInAPackage("io.sluice.exporter.tls..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "io.sluice.exporter.tls..", "io.sluice.exporter", RUNTIME, JAVA, TLS, NAMES, JSPECIFY));
    }

    @Test
    void exporter_isShownOverJmx_inOnePlaceThatNobodyNeeds() {
        check(noClasses()
                .that()
                .resideInAPackage(EXPORTER)
                .and()
                .resideOutsideOfPackage("io.sluice.exporter.management..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("javax.management..", "java.lang.management..", "io.sluice.exporter.management.."));
    }

    @Test
    void nettyAndGrpc_areImportedByTransportAndGrpcOnly() {
        check(noClasses()
                .that()
                .resideOutsideOfPackages("io.sluice.exporter.transport..", "io.sluice.exporter.grpc..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(NETTY_AND_GRPC));
    }

    @Test
    void grpcItself_isImportedByGrpcOnly_whichNobodyNeeds() {
        check(noClasses()
                .that()
                .resideInAPackage("io.sluice.exporter.transport..")
                .should()
                .dependOnClassesThat(describe(
                        "are grpc-java's and not Netty's",
                        type -> type.getName().startsWith("io.grpc.")
                                && !type.getName().startsWith("io.grpc.netty.shaded.io.netty."))));
        check(noClasses()
                .that()
                .resideInAnyPackage("io.sluice.exporter.transport..", "io.sluice.exporter.otlp..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.sluice.exporter.grpc.."));
    }

    @Test
    void openTelemetrySdk_isImportedByEncodersAndInletsOnly() {
        check(noClasses()
                .that()
                .resideOutsideOfPackages(
                        "io.sluice.exporter.otlp..", "io.sluice.agent.otel..", "io.sluice.agent.main..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(OPENTELEMETRY));
    }

    @Test
    void config_dependsOnSettingsRecordsBelow() {
        check(classes()
                .that()
                .resideInAPackage(CONFIG)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(CONFIG, EXPORTER, BATCHING, RUNTIME, JAVA, JSPECIFY));
    }

    @Test
    void dropIn_andSidecar_doNotKnowEachOther() {
        check(noClasses()
                .that()
                .resideInAPackage("io.sluice.agent.otel..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.sluice.agent.sidecar..", "io.sluice.agent.cli..", "picocli.."));
        check(noClasses()
                .that()
                .resideInAnyPackage("io.sluice.agent.sidecar..", "io.sluice.agent.cli..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.sluice.agent.otel.."));
    }

    @Test
    void runtimeInternals_areUsedByRuntimeOnly() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage(RUNTIME)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.sluice.runtime.task..", "io.sluice.runtime.scheduler.."));
    }

    @Test
    void testkit_isNotUsedByTheProduct() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage("io.sluice.runtime.testkit..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.sluice.runtime.testkit.."));
    }

    private static void check(ArchRule rule) {
        rule.allowEmptyShould(true).check(Product.classes());
    }
}
