package io.sluice.exporter;

import static java.util.Objects.requireNonNull;

import io.sluice.batching.Account;
import io.sluice.batching.BatchSink;
import io.sluice.batching.DropReason;
import io.sluice.batching.Settlement;
import io.sluice.runtime.Future;
import io.sluice.runtime.Handle;
import io.sluice.runtime.TaskOptions;
import io.sluice.runtime.sync.Permit;
import io.sluice.runtime.time.Clock;
import org.jspecify.annotations.Nullable;

/**
 * Has each item of a batch encoded as it is taken, with the permit in hand, and starts an {@link ExportTask} for the
 * batch.
 *
 * <p>Called by the batch loop's task only, so the encoder needs no protection and its items no copy.
 */
final class Exports<T> implements BatchSink<T> {

    private final Encoder<T> encoder;
    private final Destination destination;
    private final Account account;
    private final Handle handle;
    private final TaskOptions taskOptions;

    Exports(Encoder<T> encoder, Destination destination, Account account, Handle handle) {
        this.encoder = requireNonNull(encoder, "encoder");
        this.destination = requireNonNull(destination, "destination");
        this.account = requireNonNull(account, "account");
        this.handle = requireNonNull(handle, "handle");
        this.taskOptions = TaskOptions.named("export " + encoder.signal());
    }

    @Override
    public int add(T item, int maxBytes) {
        return encoder.add(item, maxBytes);
    }

    @Override
    public void accept(Settlement settlement, Permit permit) {
        destination.failures().refusedSoFar(account.overflowedItems());
        Payload payload;
        try {
            payload = encoder.finish();
        } catch (Throwable t) {
            permit.close();
            destination.failures().broken(settlement.items(), "the encoder threw", t);
            settlement.dropped(DropReason.ENCODING_FAILED);
            return;
        }
        handle.spawn(taskOptions, export(payload, settlement, permit)).detach();
    }

    private Future<Void> export(Payload payload, Settlement settlement, Permit permit) {
        PipelineCounters counters = destination.counters();
        Clock clock = destination.timers().clock();
        MeasuredTransport attempts = new MeasuredTransport(destination.transport(), counters, clock);
        Delivery delivery = new Delivery(destination, payload, settlement, attempts::lastCode);
        ExportTask task = new ExportTask(destination, attempts, payload, settlement, delivery, permit);
        return new MeasuredExport(task, attempts, settlement, payload.bytes(), counters, clock);
    }

    @Override
    public void leftOut(T item, DropReason reason, @Nullable Throwable cause) {
        int items = encoder.count(item);
        if (cause != null) {
            destination.failures().broken(items, "the encoder threw", cause);
        } else {
            destination.failures().lost(items, "larger than a request may be: " + encoder.describe(item));
        }
        encoder.givenUp(item, reason);
    }

    @Override
    public void discarded(T item, DropReason reason) {
        encoder.givenUp(item, reason);
    }

    @Override
    public void draining(long deadlineNanos) {
        long nowNanos = destination.timers().clock().nanoTime();
        destination.drain().begin(nowNanos, deadlineNanos);
        destination.gate().drainBegan();
        destination.failures().drainBegan(account.snapshot().pending(), deadlineNanos - nowNanos);
    }

    @Override
    public void abort(DropReason reason) {
        destination.abort().raise(reason);
    }
}
