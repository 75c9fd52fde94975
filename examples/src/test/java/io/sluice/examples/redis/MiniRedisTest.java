package io.sluice.examples.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.examples.support.Serving;
import io.sluice.runtime.Handle;
import io.sluice.runtime.testkit.ManualClock;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MiniRedisTest {

    @Test
    void commands_overAPlainSocket_getTheAnswersOfTheProtocol() throws Exception {
        assertThat(exchange("*1\r\n$4\r\nPING\r\n")).isEqualTo("+PONG\r\n");
        assertThat(exchange("*3\r\n$3\r\nset\r\n$1\r\nk\r\n$2\r\nvv\r\n*2\r\n$3\r\nGET\r\n$1\r\nk\r\n"))
                .isEqualTo("+OK\r\n$2\r\nvv\r\n");
        assertThat(exchange("GET nothing\r\nDEL nothing\r\nTTL nothing\r\n")).isEqualTo("$-1\r\n:0\r\n:-2\r\n");
        assertThat(exchange("SET k v EX 100\r\nTTL k\r\nSET k v\r\nTTL k\r\nEXISTS k k\r\nDBSIZE\r\n"))
                .isEqualTo("+OK\r\n:100\r\n+OK\r\n:-1\r\n:2\r\n:1\r\n");
        assertThat(exchange("FLY\r\nGET\r\nSET k v EX -1\r\nSET k v XX 1\r\n"))
                .isEqualTo("-ERR unknown command 'fly'\r\n"
                        + "-ERR wrong number of arguments for 'get' command\r\n"
                        + "-ERR invalid expire time in 'set' command\r\n-ERR syntax error\r\n");
    }

    @Test
    void pipeline_ofThousandCommandsAtOnce_isAnsweredInOrder() throws Exception {
        StringBuilder commands = new StringBuilder();
        StringBuilder answers = new StringBuilder();
        for (int i = 0; i < 1000; i++) {
            commands.append("SET key")
                    .append(i)
                    .append(" v")
                    .append(i)
                    .append("\r\nGET key")
                    .append(i)
                    .append("\r\n");
            String value = "v" + i;
            answers.append("+OK\r\n$")
                    .append(value.length())
                    .append("\r\n")
                    .append(value)
                    .append("\r\n");
        }

        assertThat(exchange(commands.toString())).isEqualTo(answers.toString());
    }

    @Test
    void whatIsNoCommand_endsTheConnection() throws Exception {
        assertThat(exchange("*1\r\n:1\r\n")).isEmpty();
        assertThat(exchange("*1\r\n$99999999\r\n")).isEmpty();
        assertThat(exchange("*x\r\n")).isEmpty();
    }

    private static String exchange(String commands) throws Exception {
        try (Serving redis = new Serving(MiniRedis::start)) {
            String answers;
            try (Socket socket = redis.connect()) {
                socket.getOutputStream().write(commands.getBytes(UTF_8));
                socket.shutdownOutput();
                answers = new String(socket.getInputStream().readAllBytes(), UTF_8);
            } catch (IOException reset) {
                answers = ""; // closed with bytes of ours unread
            }
            redis.stop();
            return answers;
        }
    }

    @Test
    void publish_reachesAllWhoSubscribed_andNobodyElse() throws Exception {
        MiniRedis[] server = new MiniRedis[1];
        try (Serving redis = new Serving(handle -> keep(server, handle))) {
            try (Socket one = redis.connect();
                    Socket two = redis.connect();
                    Socket publisher = redis.connect()) {
                say(one, "SUBSCRIBE news weather\r\n");
                expect(
                        one,
                        "*3\r\n$9\r\nsubscribe\r\n$4\r\nnews\r\n:1\r\n*3\r\n$9\r\nsubscribe\r\n$7\r\nweather\r\n:2\r\n");
                say(two, "SUBSCRIBE news\r\n");
                expect(two, "*3\r\n$9\r\nsubscribe\r\n$4\r\nnews\r\n:1\r\n");
                say(publisher, "PUBLISH news hi\r\nPUBLISH weather rain\r\nPUBLISH sports none\r\n");
                expect(publisher, ":2\r\n:1\r\n:0\r\n");
                String hi = "*3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$2\r\nhi\r\n";
                expect(two, hi);
                expect(one, hi + "*3\r\n$7\r\nmessage\r\n$7\r\nweather\r\n$4\r\nrain\r\n");

                say(two, "GET k\r\nUNSUBSCRIBE\r\nGET k\r\n");
                expect(
                        two,
                        "-ERR only (UN)SUBSCRIBE / PING / QUIT are allowed in this context\r\n"
                                + "*3\r\n$11\r\nunsubscribe\r\n$4\r\nnews\r\n:0\r\n$-1\r\n");
                say(publisher, "PUBLISH news again\r\n");
                expect(publisher, ":1\r\n");
            }
            redis.stop();
            assertThat(server[0].topics()).isZero();
        }
    }

    private static MiniRedis keep(MiniRedis[] server, Handle handle) {
        server[0] = MiniRedis.start(handle);
        return server[0];
    }

    private static void say(Socket socket, String commands) throws IOException {
        socket.getOutputStream().write(commands.getBytes(UTF_8));
    }

    private static void expect(Socket socket, String answer) throws IOException {
        byte[] bytes = socket.getInputStream().readNBytes(answer.length());
        assertThat(new String(bytes, UTF_8)).isEqualTo(answer);
    }

    @Test
    void store_forgetsWhatHasExpired_andSweepsIt() {
        ManualClock clock = new ManualClock();
        Store store = new Store(clock);
        store.set(bytes("a"), bytes("1"), TimeUnit.SECONDS.toNanos(10));
        store.set(bytes("b"), bytes("2"), null);
        clock.advance(Duration.ofNanos(9_999_999_999L));
        assertThat(store.get(bytes("a"))).isEqualTo(bytes("1"));
        assertThat(store.lifeNanos(bytes("a"))).isEqualTo(1);

        clock.advanceNanos(1);
        assertThat(store.get(bytes("a"))).isNull();
        assertThat(store.lifeNanos(bytes("a"))).isEqualTo(-1);
        assertThat(store.delete(bytes("b"))).isTrue();
        assertThat(store.size()).isOne();
        store.sweep();
        assertThat(store.size()).isZero();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    @Test
    void resp_inAnyPieces_isTheSame() throws Exception {
        byte[] bytes = "*2\r\n$3\r\nGET\r\n$1\r\nk\r\n".getBytes(UTF_8);
        for (int split = 0; split < bytes.length; split++) {
            ByteBuffer first = ByteBuffer.wrap(bytes, 0, split);

            assertThat(new Resp().decode(first)).isNull();
            assertThat(first.position()).isZero();
        }
        assertThat(new Resp().decode(ByteBuffer.wrap(bytes))).isInstanceOf(Reply.Many.class);
    }

    @Test
    void blockingClient_setsAndGets_fromAPlainThread() throws Exception {
        try (Serving server = new Serving(MiniRedis::start);
                BlockingRedisClient redis = BlockingRedisClient.connect(server.address())) {
            redis.set("k", "v");
            redis.set("short", "v", Duration.ofSeconds(100));

            assertThat(List.of(redis.get("k"), redis.get("short"))).containsExactly("v", "v");
            assertThat(redis.get("nothing")).isNull();
        }
    }

    @Test
    void blockingClient_withNobodyThere_fails_andLeavesNothing() throws Exception {
        Serving gone = new Serving(MiniRedis::start);
        gone.stop();
        gone.close();

        assertThatThrownBy(() -> BlockingRedisClient.connect(gone.address())).isInstanceOf(IOException.class);
    }
}
