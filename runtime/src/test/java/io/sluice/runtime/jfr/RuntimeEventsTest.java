package io.sluice.runtime.jfr;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.runtime.AsyncRuntime;
import io.sluice.runtime.Futures;
import io.sluice.runtime.JoinHandle;
import io.sluice.runtime.Poll;
import io.sluice.runtime.TaskMeta;
import io.sluice.runtime.TaskOptions;
import io.sluice.runtime.WorkerProbe;
import io.sluice.runtime.sync.Notify;
import io.sluice.runtime.testkit.ManualClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Events as a recording has them, and the probe beneath them. */
@Timeout(60)
class RuntimeEventsTest {

    @TempDir
    private Path directory;

    @Test
    void recording_ofARuntime_hasItsSpawnsLongPollsParksAndSteals() throws Exception {
        Path file = directory.resolve("recording.jfr");
        try (Recording recording = new Recording()) {
            for (String name : List.of("TaskSpawn", "LongPoll", "WorkerPark", "Steal")) {
                recording.enable("io.sluice.runtime." + name).withoutThreshold();
            }
            recording.start();
            work();
            recording.stop();
            recording.dump(file);
        }

        List<RecordedEvent> events = RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().startsWith("io.sluice"))
                .toList();
        assertThat(events.stream().map(event -> event.getEventType().getName()).collect(Collectors.toSet()))
                .contains( // and TimerLag, on a busy machine
                        "io.sluice.runtime.TaskSpawn",
                        "io.sluice.runtime.LongPoll",
                        "io.sluice.runtime.WorkerPark",
                        "io.sluice.runtime.Steal");
        assertThat(events.stream()
                        .filter(event -> event.getEventType().getName().endsWith("TaskSpawn"))
                        .map(event -> event.getString("name")))
                .contains("spawner", "holder");
        assertThat(events.stream()
                        .filter(event -> event.getEventType().getName().endsWith("LongPoll"))
                        .map(event -> event.getString("name")))
                .contains("spawner");
    }

    /** One worker spawns and holds on until the other one has stolen from it. */
    private static void work() throws Exception {
        try (AsyncRuntime runtime =
                RuntimeEvents.record(AsyncRuntime.builder().workerThreads(2)).build()) {
            runtime.blockOn(runtime.handle().sleep(Duration.ofMillis(20))); // somebody sleeps
            CountDownLatch stolen = new CountDownLatch(1);
            JoinHandle<Boolean> spawner = runtime.handle().spawn(TaskOptions.named("spawner"), cx -> {
                for (int i = 0; i < 4; i++) {
                    cx.handle()
                            .spawn(TaskOptions.named("holder"), inner -> {
                                stolen.countDown();
                                return Poll.ready();
                            })
                            .detach();
                }
                return Poll.ready(stolen.await(30, TimeUnit.SECONDS));
            });
            assertThat(runtime.blockOn(spawner)).isTrue();
        }
    }

    @Test
    void timerLag_isToldToWhoAsked() throws Exception {
        ManualClock clock = new ManualClock();
        List<Long> lags = new ArrayList<>(); // told on this thread
        try (AsyncRuntime runtime = AsyncRuntime.builder()
                .currentThread()
                .clock(clock)
                .onTimerLag(lags::add)
                .build()) {
            Notify begun = new Notify();
            JoinHandle<Void> sleeper = runtime.handle().spawn(runtime.handle().sleep(Duration.ofMillis(10)));
            JoinHandle<Void> mover = runtime.handle().spawn(Futures.map(begun.notified(), nothing -> {
                clock.advance(Duration.ofMillis(25));
                return nothing;
            }));
            begun.notifyWaiters();
            runtime.blockOn(mover);
            runtime.blockOn(sleeper);
        }

        assertThat(lags)
                .singleElement()
                .satisfies(lag -> assertThat(lag)
                        .isBetween(TimeUnit.MILLISECONDS.toNanos(14), TimeUnit.MILLISECONDS.toNanos(15)));
    }

    @Test
    void timerLag_whoseHookThrows_isReported_andTheTimerFires() throws Exception {
        List<Throwable> reported = new ArrayList<>(); // told on this thread
        IllegalStateException bug = new IllegalStateException("bug");
        try (AsyncRuntime runtime = AsyncRuntime.builder()
                .currentThread()
                .clock(new ManualClock().autoAdvancing())
                .onUncaught((task, failure) -> reported.add(failure))
                .onTimerLag(lag -> {
                    throw bug;
                })
                .build()) {
            runtime.blockOn(runtime.handle().sleep(Duration.ofMillis(10)));
        }

        assertThat(reported).isNotEmpty().containsOnly(bug);
    }

    @Test
    void probe_thatThrows_isReported_andChangesNothing() throws Exception {
        List<Throwable> reported = new ArrayList<>();
        IllegalStateException bug = new IllegalStateException("bug");
        try (AsyncRuntime runtime = AsyncRuntime.builder()
                .currentThread()
                .onUncaught((task, failure) -> reported.add(failure))
                .probes(() -> new WorkerProbe() {
                    @Override
                    public void pollEnds(TaskMeta task) {
                        throw bug;
                    }
                })
                .build()) {
            assertThat(runtime.blockOn(runtime.handle().spawn(Futures.ready(5))))
                    .isEqualTo(5);
        }

        assertThat(reported).containsExactly(bug);
    }
}
