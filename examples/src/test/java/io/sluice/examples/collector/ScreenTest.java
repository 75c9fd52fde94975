package io.sluice.examples.collector;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class ScreenTest {

    @Test
    void close_printsWhatIsWaiting() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Screen screen = Screen.on(new PrintStream(out));

        screen.print("one\n");
        screen.print("two\n");
        screen.close();

        assertThat(out).hasToString("one\ntwo\n");
    }

    @Test
    void print_toClosedOutput_isIgnored() {
        Screen screen = Screen.on(new PrintStream(new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("broken pipe");
            }
        }));

        screen.print("one\n");
        screen.print("two\n");
        screen.close();

        assertThat(screen.skipped()).isZero();
    }

    @Test
    void print_whileTheReaderIsStuck_skipsAndCounts() throws InterruptedException {
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch stuck = new CountDownLatch(1);
        Screen screen = Screen.on(new PrintStream(new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                stuck.countDown();
                try {
                    reading.await();
                } catch (InterruptedException stopped) {
                    throw new IOException(stopped);
                }
            }
        }));
        screen.print("stuck\n");
        stuck.await();

        for (int i = 0; i < Screen.MOST_WAITING_BLOCKS + 5; i++) {
            screen.print("waiting\n");
        }

        assertThat(screen.skipped()).isEqualTo(5);
        reading.countDown();
        screen.close();
    }
}
