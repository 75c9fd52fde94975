package io.sluice.applications;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * A server, and how it is started and spoken to.
 *
 * @param jvmOptions up to the program itself, for a port
 * @param environment for a port
 * @param health paths whose answers the agent must not change; the first says that the server is ready
 * @param requests what is asked of it, in turn
 */
record Application(
        String name,
        IntFunction<List<String>> jvmOptions,
        IntFunction<Map<String, String>> environment,
        List<String> health,
        List<Request> requests) {

    /** One way to ask. */
    record Request(String method, String path, String body, int status) {

        static Request get(String path) {
            return new Request("GET", path, "", 200);
        }

        static Request post(String path, String body, int status) {
            return new Request("POST", path, body, status);
        }
    }

    /** For the test's name. */
    @Override
    public String toString() {
        return name;
    }

    /** A jar that the build has fetched. */
    static Path server(String file) {
        return Path.of(System.getProperty("sluice.test.servers"), file);
    }

    /** Spring Boot, Tomcat, H2 over JDBC, and the JDK's HTTP client. */
    static Application shop() {
        return new Application(
                "Spring Boot",
                port -> List.of("-jar", System.getProperty("sluice.test.shop"), "--server.port=" + port),
                port -> Map.of(),
                List.of("/actuator/health", "/actuator"),
                List.of(Request.get("/orders/7"), Request.get("/orders/42"), Request.get("/stock?item=item%203")));
    }

    /** Armeria. */
    static Application zipkin() {
        String span = "[{\"traceId\":\"463ac35c9f6413ad48485a3953bb6124\",\"id\":\"a2fb4a1d1a96d312\",\"name\":\"get\","
                + "\"timestamp\":1472470996199000,\"duration\":207000,\"localEndpoint\":{\"serviceName\":\"front\"}}]";
        return new Application(
                "Zipkin",
                port -> List.of("-jar", server("zipkin-server.jar").toString()),
                port -> Map.of("QUERY_PORT", Integer.toString(port)),
                List.of("/health", "/info"),
                List.of(
                        Request.post("/api/v2/spans", span, 202),
                        Request.get("/api/v2/services"),
                        Request.get("/api/v2/traces?serviceName=front&limit=1&endTs=1472470997000&lookback=86400000"),
                        Request.get("/health")));
    }

    /** Hawtio, which is Jolokia's and its own servlets and filters, on Jetty. */
    static Application hawtio() {
        String jolokia = "/hawtio/jolokia/read/java.lang:type=Runtime/SpecVersion";
        return new Application(
                "Hawtio on Jetty",
                port -> List.of(
                        "-Dhawtio.authenticationEnabled=false",
                        "-jar",
                        server("jetty-runner.jar").toString(),
                        "--host",
                        "127.0.0.1",
                        "--port",
                        Integer.toString(port),
                        "--path",
                        "/hawtio",
                        server("hawtio.war").toString()),
                port -> Map.of(),
                List.of(jolokia, "/hawtio/plugin"),
                List.of(
                        Request.get(jolokia),
                        Request.post(
                                "/hawtio/jolokia",
                                "{\"type\":\"read\",\"mbean\":\"java.lang:type=Threading\",\"attribute\":\"ThreadCount\"}",
                                200),
                        Request.get("/hawtio/index.html")));
    }

    /** MockServer, which is Netty by itself. */
    static Application mockServer() {
        String expectation = "{\"httpRequest\":{\"path\":\"/hello\"},\"httpResponse\":{\"body\":\"hi\"}}";
        return new Application(
                "MockServer",
                port -> List.of(
                        "-Dmockserver.livenessHttpGetPath=/live",
                        "-jar",
                        server("mockserver.jar").toString(),
                        "-serverPort",
                        Integer.toString(port)),
                port -> Map.of("MOCKSERVER_LOG_LEVEL", "WARN"),
                List.of("/live"),
                List.of(
                        new Request("PUT", "/mockserver/expectation", expectation, 201),
                        new Request("PUT", "/mockserver/status", "", 200),
                        new Request("GET", "/nothing", "", 404),
                        Request.get("/live")));
    }
}
