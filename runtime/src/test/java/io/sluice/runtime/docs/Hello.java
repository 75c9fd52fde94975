package io.sluice.runtime.docs;

// sample: hello
import io.sluice.runtime.AsyncRuntime;
import io.sluice.runtime.Futures;
import io.sluice.runtime.Handle;
import io.sluice.runtime.JoinHandle;
import java.time.Duration;

public final class Hello {

    private Hello() {}

    public static void main(String[] args) throws Exception {
        try (AsyncRuntime runtime = AsyncRuntime.builder().build()) {
            Handle handle = runtime.handle();
            JoinHandle<String> greeting =
                    handle.spawn(Futures.map(handle.sleep(Duration.ofMillis(10)), nothing -> "hello from a task"));
            System.out.println(runtime.blockOn(greeting));
        }
    }
}
// end of sample
