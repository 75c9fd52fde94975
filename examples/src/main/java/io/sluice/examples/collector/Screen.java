package io.sluice.examples.collector;

import java.io.PrintStream;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Standard output, one block of lines at a time, written by a thread of its own.
 *
 * <p>What is received never waits for whoever reads the output: blocks that find {@link #MOST_WAITING_BLOCKS} before them are
 * skipped and counted, and once the output is closed all are.
 */
final class Screen implements AutoCloseable {

    static final int MOST_WAITING_BLOCKS = 256;

    private static final long CLOSE_LIMIT_SECONDS = 2;
    private static final String END = new String();

    private final PrintStream out;
    private final BlockingQueue<String> blocks = new ArrayBlockingQueue<>(MOST_WAITING_BLOCKS);
    private final AtomicLong skipped = new AtomicLong();
    private final Thread writer = new Thread(this::write, "screen");

    private Screen(PrintStream out) {
        this.out = out;
    }

    static Screen on(PrintStream out) {
        Screen screen = new Screen(out);
        screen.writer.setDaemon(true);
        screen.writer.start();
        return screen;
    }

    /** Hands over one block, which ends with a line end; any thread, never waits. */
    void print(String block) {
        if (!blocks.offer(block)) {
            skipped.incrementAndGet();
        }
    }

    /** Blocks that were not printed because too many were waiting. */
    long skipped() {
        return skipped.get();
    }

    private void write() {
        try {
            for (String block = blocks.take(); !END.equals(block); block = blocks.take()) {
                out.print(block);
                out.flush();
                // A closed output makes further writes do nothing, which is what is wanted.
            }
        } catch (InterruptedException stopped) {
            // The end of this thread is all that was asked for.
        }
    }

    /** Writes what is waiting, for a limited time, and ends the thread. */
    @Override
    public void close() {
        try {
            if (blocks.offer(END, CLOSE_LIMIT_SECONDS, TimeUnit.SECONDS)) {
                writer.join(TimeUnit.SECONDS.toMillis(CLOSE_LIMIT_SECONDS));
            }
            writer.interrupt();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
