package io.sluice.exporter.testing;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A far end that can be killed: {@code IdSinkProcess <protocol> <port> <file> <millis>}. It appends the ids that it takes
 * to the file, then takes its time, then answers; so whatever it has answered is in the file, however it ends.
 */
public final class IdSinkProcess {

    /** Printed once requests are taken. */
    public static final String READY = "listening";

    private IdSinkProcess() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Protocol protocol = Protocol.valueOf(arguments[0]);
        int port = Integer.parseInt(arguments[1]);
        long pauseNanos = TimeUnit.MILLISECONDS.toNanos(Long.parseLong(arguments[3]));
        try (FileOutputStream file = new FileOutputStream(arguments[2], true);
                FileChannel channel = file.getChannel();
                IdSink sink = new IdSink(protocol, port, (number, ids) -> IdSink.OK, taken -> {
                    append(channel, taken);
                    LockSupport.parkNanos(pauseNanos);
                })) {
            System.out.println(READY);
            System.out.flush();
            Thread.currentThread().join();
        }
    }

    /** One write for one request, so that a kill leaves whole ones. */
    private static synchronized void append(FileChannel file, ByteBuffer ids) {
        try {
            file.write(ids);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
