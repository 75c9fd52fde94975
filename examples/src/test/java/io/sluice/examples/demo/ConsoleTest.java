package io.sluice.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ConsoleTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @Test
    void line_onATerminal_goesAboveTheOneThatChanges() {
        Console console = new Console(new PrintStream(out), true);

        console.progress("requests", 50, 100);
        console.line("trace");
        console.done();
        console.line("end");

        String bar = "requests [###############               ] 50/100";
        assertThat(out.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n"))
                .isEqualTo(bar + "\r\u001b[Ktrace\n" + bar + "\r\u001b[Kend\n");
    }

    @Test
    void progress_inAFile_isLeftOut() {
        Console console = new Console(new PrintStream(out), false);

        console.doing("starting");
        console.line("trace");

        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("trace" + System.lineSeparator());
    }
}
