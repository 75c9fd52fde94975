package io.sluice.examples.support;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.examples.chat.Chat;
import io.sluice.examples.echo.Echo;
import io.sluice.examples.http.HelloHttp;
import io.sluice.examples.patterns.Account;
import io.sluice.examples.patterns.BackPressure;
import io.sluice.examples.patterns.CommandManager;
import io.sluice.examples.patterns.GracefulShutdown;
import io.sluice.examples.patterns.LimitedBlockingWork;
import io.sluice.examples.patterns.RunProgram;
import io.sluice.examples.patterns.TaskSpawner;
import io.sluice.examples.patterns.Timeouts;
import io.sluice.examples.redis.BlockingRedisClient;
import io.sluice.examples.redis.MiniRedis;
import io.sluice.examples.top.Top;
import io.sluice.runtime.AsyncRuntime;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Each example as a program of its own, driven by clients that we did not write: {@code redis-cli},
 * {@code redis-benchmark}, {@code curl}. Not part of {@code verify}; {@code bash .ci/run examples} runs it, or
 * {@code ./mvnw -pl examples -am test -Dtest=DrivenByRealTools -Dsurefire.failIfNoSpecifiedTests=false}.
 */
@Timeout(120)
class DrivenByRealTools {

    private static final int TERMINATED = 128 + 15;

    // ---- redis --------------------------------------------------------------------------------------------------

    @Test
    void redis_isWhatRedisCliExpects() throws Exception {
        need("redis-cli");
        try (Program redis = Program.server(MiniRedis.class)) {
            String port = redis.port();
            assertThat(cli(port, "PING")).isEqualTo("PONG\n");
            assertThat(cli(port, "SET", "key", "two words")).isEqualTo("OK\n");
            assertThat(cli(port, "GET", "key")).isEqualTo("two words\n");
            assertThat(cli(port, "SET", "short", "life", "PX", "100000")).isEqualTo("OK\n");
            assertThat(Integer.parseInt(cli(port, "TTL", "short").strip())).isBetween(1, 100);
            assertThat(cli(port, "DEL", "key", "nothing")).isEqualTo("1\n");
            assertThat(cli(port, "GET", "key")).isEqualTo("\n");
            assertThat(cli(port, "FLY")).contains("ERR unknown command");
        }
    }

    @Test
    void redis_expiryIsSeenFromOutside() throws Exception {
        need("redis-cli");
        try (Program redis = Program.server(MiniRedis.class)) {
            cli(redis.port(), "SET", "key", "value", "PX", "1");
            String value = cli(redis.port(), "GET", "key");
            while (!value.isBlank()) { // the time limit of the test is the one that ends this
                value = cli(redis.port(), "GET", "key");
            }
            assertThat(cli(redis.port(), "TTL", "key")).isEqualTo("-2\n");
        }
    }

    @Test
    void redis_passesPublishedMessagesOn() throws Exception {
        need("redis-cli");
        try (Program redis = Program.server(MiniRedis.class);
                Program subscriber = Program.start("redis-cli", "-p", redis.port(), "SUBSCRIBE", "news")) {
            assertThat(subscriber.lines(3)).containsExactly("subscribe", "news", "1");
            assertThat(cli(redis.port(), "PUBLISH", "news", "hello")).isEqualTo("1\n");
            assertThat(subscriber.lines(3)).containsExactly("message", "news", "hello");
        }
    }

    @Test
    void redis_standsRedisBenchmark_withAndWithoutPipelining() throws Exception {
        need("redis-benchmark");
        try (Program redis = Program.server(MiniRedis.class)) {
            for (String pipeline : List.of("1", "16")) {
                String report = output(
                        "redis-benchmark",
                        "-p",
                        redis.port(),
                        "-t",
                        "ping,set,get",
                        "-n",
                        "20000",
                        "-c",
                        "20",
                        "-P",
                        pipeline,
                        "-r",
                        "1000",
                        "--csv");
                assertThat(report.lines().filter(line -> line.matches("\"(PING_INLINE|PING_MBULK|SET|GET)\".*")))
                        .hasSize(4);
            }
            assertThat(Integer.parseInt(cli(redis.port(), "DBSIZE").strip())).isBetween(900, 1000);
        }
    }

    @Test
    void redisClients_ofOurs_talkToTheServerToo() throws Exception {
        try (Program redis = Program.server(MiniRedis.class)) {
            try (Program blocking = Program.ofOurs(BlockingRedisClient.class, redis.port())) {
                assertThat(blocking.lines(2)).containsExactly("greeting = hello", "nothing = null");
            }
            try (Program manager = Program.ofOurs(CommandManager.class, redis.port())) {
                assertThat(manager.lines(1)).containsExactly("100 tasks set a key over one connection");
            }
        }
    }

    private static String cli(String port, String... command) throws Exception {
        List<String> words = new ArrayList<>(List.of("redis-cli", "-p", port));
        words.addAll(List.of(command));
        return output(words.toArray(String[]::new));
    }

    // ---- http ---------------------------------------------------------------------------------------------------

    @Test
    void http_isWhatCurlExpects() throws Exception {
        need("curl");
        try (Program http = Program.server(HelloHttp.class)) {
            String url = "http://127.0.0.1:" + http.port();
            assertThat(output("curl", "-sS", url + "/")).isEqualTo("Hello, World!\n");
            assertThat(output("curl", "-sSI", url + "/")).startsWith("HTTP/1.1 200 OK");
            assertThat(output("curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}", url + "/no"))
                    .isEqualTo("404");
            assertThat(output("curl", "-sS", "-d", "a=b", "-w", "%{http_code}", url + "/"))
                    .isEqualTo("use GET\n405");
            assertThat(output("curl", "-sS", "-w", "%{num_connects} ", url + "/", url + "/", url + "/"))
                    .isEqualTo("Hello, World!\n1 Hello, World!\n0 Hello, World!\n0 ");
            assertThat(output("curl", "-sS", "--http1.0", url + "/")).isEqualTo("Hello, World!\n");
        }
    }

    // ---- the others ---------------------------------------------------------------------------------------------

    @Test
    void echo_andChat_serveSockets() throws Exception {
        try (Program echo = Program.server(Echo.class);
                Socket socket = new Socket("127.0.0.1", Integer.parseInt(echo.port()))) {
            socket.getOutputStream().write("hello".getBytes(UTF_8));
            socket.shutdownOutput();
            assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8))
                    .isEqualTo("hello");
        }
        try (Program chat = Program.server(Chat.class);
                Socket one = new Socket("127.0.0.1", Integer.parseInt(chat.port()));
                Socket two = new Socket("127.0.0.1", Integer.parseInt(chat.port()))) {
            two.getOutputStream().write("hi\n".getBytes(UTF_8));
            one.setSoTimeout(20_000);
            String expected = "guest 2: (came)\nguest 2: hi\n";
            assertThat(new String(one.getInputStream().readNBytes(expected.length()), UTF_8))
                    .isEqualTo(expected);
        }
    }

    @Test
    void patterns_sayWhatTheyDid() throws Exception {
        assertLines(Account.class, "withdrew 400: true", "withdrew 400: false", "balance: 100");
        assertLines(TaskSpawner.class, "100 jobs done on one thread");
        assertLines(LimitedBlockingWork.class, "200 jobs done, at most 16 at a time");
        try (Program pressure = Program.ofOurs(BackPressure.class)) {
            assertThat(pressure.lines(1).get(0)).matches("10000 items stored, at most \\d{2,3} under way");
        }
        try (Program timeouts = Program.ofOurs(Timeouts.class, "1000")) {
            assertThat(timeouts.lines(3))
                    .allSatisfy(line -> assertThat(line).matches("1.?000 waits, [A-Z_]+ +\\d+ ms"));
        }
    }

    private static void assertLines(Class<?> program, String... lines) throws Exception {
        try (Program started = Program.ofOurs(program)) {
            assertThat(started.lines(lines.length)).containsExactly(lines);
        }
    }

    @Test
    void top_showsTheRuntimeOfARunningExample() throws Exception {
        try (Program echo = Program.server(Echo.class);
                Program top =
                        Program.ofOurs(Top.class, Long.toString(echo.process().pid()), "1")) {
            assertThat(top.lines(1).get(0)).startsWith("runtime \"echo\" MULTI_THREAD: ");
            assertThat(top.exitCode()).isZero();
        }
    }

    @Test
    void runProgram_saysWhatTheProgramWrote_andKillsItAtItsLimit() throws Exception {
        String script = "head -c 100000 /dev/zero | tr '\\0' '\\n' >&2; echo said; exit 3";
        try (Program program = Program.ofOurs(RunProgram.class, "60", "sh", "-c", script)) {
            List<String> lines = program.lines(100_002);
            assertThat(lines).contains("out: said").endsWith("ended with 3");
            assertThat(lines.stream().filter("err: "::equals)).hasSize(100_000);
        }
        try (Program program = Program.ofOurs(RunProgram.class, "1", "sleep", "1000")) {
            assertThat(program.lines(1)).containsExactly("was killed after 1 s");
        }
        try (Program program = Program.ofOurs(RunProgram.class, "60", "sh", "-c", "echo $$; exec sleep 1000")) {
            long pid = Long.parseLong(program.lines(1).get(0).replace("out: ", ""));
            program.terminate();
            assertThat(program.lines(1)).containsExactly("was killed");
            assertThat(program.exitCode()).isEqualTo(TERMINATED);
            assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
        }
    }

    @Test
    void shutdown_onSigterm_doesAllThatWasAccepted() throws Exception {
        try (Program shop = Program.ofOurs(GracefulShutdown.class)) {
            assertThat(shop.lines(1)).containsExactly("taking orders; Ctrl-C ends");
            shop.terminate();
            Matcher end = Pattern.compile("(\\d+) of (\\d+) orders done")
                    .matcher(shop.lines(1).get(0));

            assertThat(end.matches()).isTrue();
            assertThat(end.group(1)).isEqualTo(end.group(2));
            assertThat(shop.exitCode()).isEqualTo(TERMINATED);
        }
    }

    @Test
    void server_onSigterm_drains_andEndsWithTheSignalsCode() throws Exception {
        Program echo = Program.server(Echo.class);
        echo.terminate();

        assertThat(echo.lines(1)).containsExactly("echo has stopped");
        assertThat(echo.exitCode()).isEqualTo(TERMINATED);
    }

    // ---- programs -----------------------------------------------------------------------------------------------

    /** Without the tool the test is skipped, visibly; in CI that is a failure. */
    private static void need(String tool) {
        boolean found = Pattern.compile(File.pathSeparator)
                .splitAsStream(System.getenv().getOrDefault("PATH", ""))
                .anyMatch(directory -> new File(directory, tool).canExecute());
        assumeTrue(found || "true".equals(System.getenv("CI")), "no " + tool + " on this machine");
    }

    private static String output(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return output;
    }

    /** A process whose output is read line by line; ended when closed. */
    private record Program(Process process, BufferedReader out, String port) implements AutoCloseable {

        static Program start(String... command) throws IOException {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            return new Program(process, process.inputReader(UTF_8), "");
        }

        static Program ofOurs(Class<?> main, String... arguments) throws IOException {
            String java =
                    Path.of(System.getProperty("java.home"), "bin", "java").toString();
            List<String> command =
                    new ArrayList<>(List.of(java, "-cp", home(main) + File.pathSeparator + home(AsyncRuntime.class)));
            command.add(main.getName());
            command.addAll(List.of(arguments));
            return start(command.toArray(String[]::new));
        }

        private static String home(Class<?> type) {
            return new File(type.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .getPath())
                    .getPath();
        }

        /** One that says where it listens. */
        static Program server(Class<?> main) throws IOException {
            Program started = ofOurs(main);
            String line = started.lines(1).get(0);
            assertThat(line).contains(" listens on 127.0.0.1:");
            return new Program(started.process(), started.out(), line.replaceFirst(".*:", ""));
        }

        List<String> lines(int count) throws IOException {
            List<String> lines = new ArrayList<>();
            while (lines.size() < count) {
                String line = out.readLine();
                assertThat(line).as("line after %s", lines).isNotNull();
                lines.add(line);
            }
            return lines;
        }

        /** SIGTERM; unlike {@link Process#destroy} it leaves the output open. */
        void terminate() {
            process.toHandle().destroy();
        }

        int exitCode() throws InterruptedException {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            return process.exitValue();
        }

        @Override
        public void close() {
            process.destroy();
        }
    }
}
