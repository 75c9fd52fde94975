package io.sluice.exporter.otlp;

import static java.util.Objects.requireNonNull;

import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.resources.Resource;
import io.sluice.exporter.Encoder;
import io.sluice.exporter.Payload;
import io.sluice.exporter.Signal;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What the encoders of the three signals share: grouping, the two passes, one pooled buffer.
 *
 * <p>The three requests have the same outer form, {@code Export...ServiceRequest { Resource... { Scope... { item } } }},
 * with the same field numbers throughout, which a test holds. Thread-safe: scratch memory is kept for one thread at a
 * time, a second one that encodes meanwhile makes its own.
 */
abstract class OtlpEncoder<T> implements Encoder<T> {

    /** What one encoding thread needs. */
    static final class Scratch {
        final ProtoOutput out = new ProtoOutput();
        final ValueWriter values = new ValueWriter(out);
        final TraceStateWriter traceStates = new TraceStateWriter(out);
    }

    private final Signal signal;
    private final BufferPool pool;
    private final AtomicReference<@Nullable Scratch> spare = new AtomicReference<>();

    OtlpEncoder(Signal signal, BufferPool pool) {
        this.signal = requireNonNull(signal, "signal");
        this.pool = requireNonNull(pool, "pool");
    }

    abstract Resource resourceOf(T item);

    abstract InstrumentationScopeInfo scopeOf(T item);

    /** Writes the fields of one item; called twice for each, first to measure. */
    abstract void write(T item, Scratch scratch);

    @Override
    public final Signal signal() {
        return signal;
    }

    /**
     * What the item would take in a request of its own but for its resource's and scope's content, which are shared.
     *
     * @throws IllegalArgumentException if the item cannot be encoded: a receiver would refuse it for its nesting
     */
    @Override
    public final int bytes(T item) {
        Scratch scratch = takeScratch();
        ProtoOutput out = scratch.out;
        out.measure();
        out.begin(OtlpFields.ExportTraceServiceRequest.RESOURCE_SPANS);
        out.begin(OtlpFields.ResourceSpans.SCOPE_SPANS);
        out.begin(OtlpFields.ScopeSpans.SPANS);
        write(item, scratch);
        out.end();
        out.end();
        out.end();
        int bytes = out.measured();
        spare.set(scratch);
        return bytes;
    }

    @Override
    public final Payload encode(List<? extends T> batch) {
        List<ResourceGroups.ResourceGroup<T>> groups = ResourceGroups.of(batch, this::resourceOf, this::scopeOf);
        Scratch scratch = takeScratch();
        scratch.out.measure();
        writeRequest(groups, scratch);
        int size = scratch.out.measured();
        byte[] buffer = pool.take(size);
        boolean written = false;
        try {
            scratch.out.writeTo(buffer);
            writeRequest(groups, scratch);
            if (scratch.out.written() != size) {
                throw new IllegalStateException("an item changed between measuring and writing");
            }
            written = true;
        } finally {
            if (!written) {
                pool.give(buffer);
            }
        }
        spare.set(scratch);
        ByteBuffer[] body = {ByteBuffer.wrap(buffer, 0, size)};
        return new Payload(signal, countAll(batch), body, OtlpSplitter.of(signal), () -> pool.give(buffer));
    }

    private int countAll(List<? extends T> batch) {
        int items = 0;
        for (T item : batch) {
            items += count(item);
        }
        return items;
    }

    private Scratch takeScratch() {
        Scratch kept = spare.getAndSet(null);
        return kept != null ? kept : new Scratch();
    }

    private void writeRequest(List<ResourceGroups.ResourceGroup<T>> groups, Scratch scratch) {
        ProtoOutput out = scratch.out;
        for (ResourceGroups.ResourceGroup<T> group : groups) {
            out.begin(OtlpFields.ExportTraceServiceRequest.RESOURCE_SPANS);
            writeResource(group.resource(), scratch);
            for (ResourceGroups.ScopeGroup<T> scope : group.scopes()) {
                out.begin(OtlpFields.ResourceSpans.SCOPE_SPANS);
                writeScope(scope, scratch);
                out.end();
            }
            schemaUrl(OtlpFields.ResourceSpans.SCHEMA_URL, group.resource().getSchemaUrl(), out);
            out.end();
        }
    }

    private void writeResource(Resource resource, Scratch scratch) {
        scratch.out.begin(OtlpFields.ResourceSpans.RESOURCE);
        scratch.values.attributes(OtlpFields.Resource.ATTRIBUTES, resource.getAttributes());
        scratch.out.end();
    }

    private void writeScope(ResourceGroups.ScopeGroup<T> group, Scratch scratch) {
        ProtoOutput out = scratch.out;
        InstrumentationScopeInfo scope = group.scope();
        out.begin(OtlpFields.ScopeSpans.SCOPE);
        out.optionalString(OtlpFields.InstrumentationScope.NAME, scope.getName());
        String version = scope.getVersion();
        if (version != null) {
            out.optionalString(OtlpFields.InstrumentationScope.VERSION, version);
        }
        scratch.values.attributes(OtlpFields.InstrumentationScope.ATTRIBUTES, scope.getAttributes());
        out.end();
        for (T item : group.items()) {
            out.begin(OtlpFields.ScopeSpans.SPANS);
            write(item, scratch);
            out.end();
        }
        schemaUrl(OtlpFields.ScopeSpans.SCHEMA_URL, scope.getSchemaUrl(), out);
    }

    private static void schemaUrl(int field, @Nullable String url, ProtoOutput out) {
        if (url != null) {
            out.optionalString(field, url);
        }
    }
}
