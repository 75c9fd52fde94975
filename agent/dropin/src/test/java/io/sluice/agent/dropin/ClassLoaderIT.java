package io.sluice.agent.dropin;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.File;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An application that is undeployed while its JVM goes on. */
@Timeout(60)
class ClassLoaderIT {

    private final Set<String> paths = ConcurrentHashMap.newKeySet();
    private HttpServer collector;

    @BeforeEach
    void startCollector() throws Exception {
        collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        collector.createContext("/", exchange -> {
            try (exchange) {
                exchange.getRequestBody().readAllBytes();
                paths.add(exchange.getRequestURI().getPath());
                exchange.sendResponseHeaders(200, -1);
            }
        });
        collector.start();
    }

    @AfterEach
    void stopCollector() {
        collector.stop(0);
    }

    @Test
    void loaderOfTheDropIn_isCollected_afterCloseOfTheSdk() throws Exception {
        Set<Thread> before = Thread.getAllStackTraces().keySet();

        WeakReference<ClassLoader> loader =
                runInOwnLoader("http://127.0.0.1:" + collector.getAddress().getPort());

        assertThat(paths).containsExactlyInAnyOrder("/v1/traces", "/v1/metrics", "/v1/logs");
        // Java 17 keeps the class of the last record whose methods it linked; that is no longer one of the loader's.
        assertThat(new Another("a", 1)).isEqualTo(new Another("a", 1)).hasToString("Another[name=a, number=1]");
        long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (loader.get() != null && System.nanoTime() - deadlineNanos < 0) {
            System.gc();
            TimeUnit.MILLISECONDS.sleep(50);
        }
        assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(thread -> !before.contains(thread))
                .noneMatch(thread -> thread.getName().startsWith("sluice"));
        assertThat(ManagementFactory.getPlatformMBeanServer().queryNames(new ObjectName("io.sluice.*:*"), null))
                .isEmpty();
        assertThat(loader.get()).as("the class loader").isNull();
    }

    private record Another(Object name, long number) {}

    /** All that refers to the loader ends with this method. */
    private static WeakReference<ClassLoader> runInOwnLoader(String endpoint) throws Exception {
        try (URLClassLoader loader = new URLClassLoader(classPath(), ClassLoader.getPlatformClassLoader())) {
            Class<?> application = loader.loadClass("io.sluice.agent.dropin.ThreeSignals");
            assertThat(application.getClassLoader()).isSameAs(loader);
            @SuppressWarnings("unchecked")
            Consumer<String> run =
                    (Consumer<String>) application.getConstructor().newInstance();
            run.accept(endpoint);
            return new WeakReference<>(loader);
        }
    }

    /** The drop-in jar, OpenTelemetry's SDK, and the application. */
    private static URL[] classPath() throws Exception {
        List<URL> urls = new ArrayList<>();
        urls.add(Path.of(System.getProperty("test.dropinJar")).toUri().toURL());
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (entry.endsWith("test-classes") || entry.matches(".*opentelemetry-[a-z-]+-[0-9.]+\\.jar")) {
                urls.add(Path.of(entry).toUri().toURL());
            }
        }
        return urls.toArray(new URL[0]);
    }
}
