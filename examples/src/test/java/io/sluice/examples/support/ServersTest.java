package io.sluice.examples.support;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.examples.chat.Chat;
import io.sluice.examples.echo.Echo;
import io.sluice.examples.http.HelloHttp;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ServersTest {

    // ---- echo ---------------------------------------------------------------------------------------------------

    @Test
    void echo_ofManyBytes_givesThemAllBack_andThenTheEnd() throws Exception {
        byte[] sent = new byte[200_000];
        new Random(5).nextBytes(sent);
        try (Serving echo = new Serving(handle -> Echo.SERVICE)) {
            try (Socket socket = echo.connect()) {
                Thread writer = new Thread(() -> {
                    try {
                        socket.getOutputStream().write(sent);
                        socket.shutdownOutput();
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                });
                writer.start();
                assertThat(socket.getInputStream().readAllBytes()).isEqualTo(sent);
                writer.join();
            }
            echo.stop();
        }
    }

    @Test
    void server_stopped_refusesNewConnections_andCutsTheIdleOnes() throws Exception {
        try (Serving echo = new Serving(handle -> Echo.SERVICE);
                Socket idle = echo.connect()) {
            idle.getOutputStream().write(1);
            assertThat(idle.getInputStream().read()).isEqualTo(1);
            echo.stop();

            assertThat(idle.getInputStream().read()).isEqualTo(-1);
            assertThat(refused(echo)).isTrue();
        }
    }

    private static boolean refused(Serving server) throws IOException {
        try (Socket socket = server.connect()) {
            return socket.getInputStream().read() == -1;
        } catch (ConnectException e) {
            return true;
        }
    }

    // ---- chat ---------------------------------------------------------------------------------------------------

    /** A guest with a JDK socket. */
    private record Guest(Socket socket, BufferedReader in) implements AutoCloseable {

        static Guest enter(Serving chat) throws IOException {
            Socket socket = chat.connect();
            return new Guest(socket, new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8)));
        }

        void say(String text) throws IOException {
            socket.getOutputStream().write((text + "\r\n").getBytes(UTF_8));
        }

        String hear() throws IOException {
            return in.readLine();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    @Test
    void chat_everybodyHearsTheOthers_inOneOrder() throws Exception {
        try (Serving chat = new Serving(handle -> new Chat())) {
            try (Guest one = Guest.enter(chat)) {
                try (Guest two = Guest.enter(chat);
                        Guest three = Guest.enter(chat)) {
                    assertThat(List.of(one.hear(), one.hear()))
                            .containsExactlyInAnyOrder("guest 2: (came)", "guest 3: (came)");
                    one.say("first");
                    one.say("zwei");
                    List<String> heardByTwo = hearOf(two, "guest 1", 2);
                    List<String> heardByThree = hearOf(three, "guest 1", 2);

                    assertThat(heardByTwo).containsExactly("guest 1: first", "guest 1: zwei");
                    assertThat(heardByThree).isEqualTo(heardByTwo);
                    two.say("/quit");
                    assertThat(one.hear()).isEqualTo("guest 2: (left)");
                }
            }
            chat.stop();
        }
    }

    private static List<String> hearOf(Guest guest, String who, int count) throws IOException {
        List<String> heard = new ArrayList<>();
        while (heard.size() < count) {
            String line = guest.hear();
            if (line.startsWith(who)) {
                heard.add(line);
            }
        }
        return heard;
    }

    @Test
    void chat_aLineThatIsTooLong_endsThatGuestOnly() throws Exception {
        try (Serving chat = new Serving(handle -> new Chat());
                Guest shouting = Guest.enter(chat);
                Guest other = Guest.enter(chat)) {
            shouting.say("x".repeat(5000));
            assertThat(endOf(shouting)).isTrue();
            other.say("still here");
            other.socket().shutdownOutput();

            assertThat(endOf(other)).isTrue();
            chat.stop();
        }
    }

    private static boolean endOf(Guest guest) {
        try {
            while (guest.hear() != null) {
                // what was said before
            }
            return true;
        } catch (IOException reset) {
            return true;
        }
    }

    // ---- HTTP ---------------------------------------------------------------------------------------------------

    @Test
    void http_theJdksClient_getsHello_overOneConnection() throws Exception {
        try (Serving http = new Serving(handle -> HelloHttp.SERVICE)) {
            HttpClient client =
                    HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
            for (int i = 0; i < 3; i++) {
                HttpResponse<String> hello = client.send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + http.port() + "/"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
                assertThat(hello.statusCode()).isEqualTo(200);
                assertThat(hello.body()).isEqualTo("Hello, World!\n");
            }
            assertThat(http.runtime().handle().ioDriver().registrations()).isEqualTo(2);
        }
    }

    @Test
    void http_requestsInOnePacket_areAnsweredInOrder() throws Exception {
        String requests = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"
                + "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"
                + "GET /no HTTP/1.1\r\nHost: x\r\n\r\n"
                + "HEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

        String answers = exchange(requests);

        assertThat(answers.lines().filter(line -> line.startsWith("HTTP/1.1 ")))
                .containsExactly(
                        "HTTP/1.1 200 OK",
                        "HTTP/1.1 405 Method Not Allowed",
                        "HTTP/1.1 404 Not Found",
                        "HTTP/1.1 200 OK");
        assertThat(answers).endsWith("Connection: close\r\n\r\n");
    }

    @Test
    void http_whatIsNotUnderstood_isAnsweredWith400_andTheEnd() throws Exception {
        for (String bad : List.of(
                "nonsense\r\n\r\n",
                "GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
                "POST / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n",
                "GET / HTTP/1.1\r\nX: " + "x".repeat(9000))) {
            assertThat(exchange(bad)).startsWith("HTTP/1.1 400 Bad Request").contains("Connection: close");
        }
    }

    private static String exchange(String requests) throws Exception {
        try (Serving http = new Serving(handle -> HelloHttp.SERVICE)) {
            String answers;
            try (Socket socket = http.connect()) {
                socket.getOutputStream().write(requests.getBytes(US_ASCII));
                answers = new String(socket.getInputStream().readAllBytes(), US_ASCII);
            }
            http.stop();
            return answers;
        }
    }
}
