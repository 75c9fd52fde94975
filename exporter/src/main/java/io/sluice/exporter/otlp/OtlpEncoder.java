package io.sluice.exporter.otlp;

import static java.util.Objects.requireNonNull;

import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.resources.Resource;
import io.sluice.exporter.Encoder;
import io.sluice.exporter.Payload;
import io.sluice.exporter.Signal;
import io.sluice.exporter.otlp.ResourceGroups.Head;
import io.sluice.exporter.otlp.ResourceGroups.ResourceGroup;
import io.sluice.exporter.otlp.ResourceGroups.ScopeGroup;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What the encoders of the three signals share: each item is written once, as it joins the batch, and {@link #finish}
 * puts the items of each resource and scope together.
 *
 * <p>The three requests have the same outer form, {@code Export...ServiceRequest { Resource... { Scope... { item } } }},
 * with the same field numbers throughout, which a test holds. One thread at a time.
 */
abstract class OtlpEncoder<T> implements Encoder<T> {

    /** An item stands in its scope's message, and that in its resource's. */
    private static final int OUTER_MESSAGES = 2;

    /** Where an item is written, and who writes the parts that signals have in common. */
    static final class Scratch {
        final ProtoOutput out;
        final ValueWriter values;
        final TraceStateWriter traceStates;

        private Scratch(BufferPool pool) {
            out = new ProtoOutput(pool, OUTER_MESSAGES);
            values = new ValueWriter(out);
            traceStates = new TraceStateWriter(out);
        }
    }

    private final Signal signal;
    private final BufferPool pool;

    /** The items of the batch in the making, in the order in which they came. */
    private final Scratch items;

    /** What their resources and scopes say of themselves. */
    private final Scratch heads;

    private final HeadWriter headWriter = new HeadWriter();

    private ResourceGroups groups = new ResourceGroups(headWriter);

    /** Of the batch in the making. */
    private int count;

    /** Of the last batch: the next one is likely to be as large. */
    private int lastBytes;

    OtlpEncoder(Signal signal, BufferPool pool) {
        this.signal = requireNonNull(signal, "signal");
        this.pool = requireNonNull(pool, "pool");
        this.items = new Scratch(pool);
        this.heads = new Scratch(pool);
    }

    abstract Resource resourceOf(T item);

    abstract InstrumentationScopeInfo scopeOf(T item);

    /** Writes the fields of one item. */
    abstract void write(T item, Scratch scratch);

    @Override
    public final Signal signal() {
        return signal;
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException if the item cannot be encoded: a receiver would refuse it for its nesting
     */
    @Override
    public final int add(T item, int maxBytes) {
        ProtoOutput out = items.out;
        int before = out.position();
        if (before == 0) {
            out.require(lastBytes);
        }
        boolean added = false;
        try {
            out.begin(OtlpFields.ScopeSpans.SPANS);
            write(item, items);
            out.end();
            int bytes = out.position() - before;
            if (bytes <= maxBytes) {
                ScopeGroup group = groups.group(resourceOf(item), scopeOf(item));
                int weight = count(item);
                group.add(before, out.position());
                count += weight;
                added = true;
            }
            return bytes;
        } finally {
            if (!added) {
                out.rewind(before);
                heads.out.abandon();
            }
        }
    }

    @Override
    public final Payload finish() {
        ProtoOutput request = new ProtoOutput(pool, 0);
        boolean finished = false;
        try {
            int bytes = groups.bytes();
            request.require(bytes + ProtoOutput.MAX_NUMBER);
            for (ResourceGroup group : groups.resources()) {
                request.delimited(OtlpFields.ExportTraceServiceRequest.RESOURCE_SPANS, group.bytes());
                write(group, request);
            }
            if (request.position() != bytes) {
                throw new IllegalStateException(request.position() + " bytes were written instead of " + bytes);
            }
            ByteBuffer[] body = {ByteBuffer.wrap(request.array(), 0, bytes)};
            Payload payload = new Payload(signal, count, body, OtlpSplitter.of(signal), request::release);
            finished = true;
            return payload;
        } finally {
            if (!finished) {
                request.release();
            }
            lastBytes = items.out.position();
            items.out.release();
            heads.out.release();
            groups = new ResourceGroups(headWriter);
            count = 0;
        }
    }

    private void write(ResourceGroup group, ProtoOutput request) {
        byte[] own = heads.out.array();
        request.raw(own, group.head.from(), group.head.rest());
        for (ScopeGroup scope : group.scopes) {
            request.delimited(OtlpFields.ResourceSpans.SCOPE_SPANS, scope.bytes());
            request.raw(own, scope.head.from(), scope.head.rest());
            for (int i = 0; i < scope.ranges(); i++) {
                request.raw(items.out.array(), scope.from(i), scope.to(i));
            }
            request.raw(own, scope.head.rest(), scope.head.end());
        }
        request.raw(own, group.head.rest(), group.head.end());
    }

    private final class HeadWriter implements ResourceGroups.Heads {

        @Override
        public Head of(Resource resource) {
            ProtoOutput out = heads.out;
            int from = out.position();
            out.begin(OtlpFields.ResourceSpans.RESOURCE);
            heads.values.attributes(OtlpFields.Resource.ATTRIBUTES, resource.getAttributes());
            out.end();
            int rest = out.position();
            schemaUrl(OtlpFields.ResourceSpans.SCHEMA_URL, resource.getSchemaUrl());
            return new Head(from, rest, out.position());
        }

        @Override
        public Head of(InstrumentationScopeInfo scope) {
            ProtoOutput out = heads.out;
            int from = out.position();
            out.begin(OtlpFields.ScopeSpans.SCOPE);
            out.optionalString(OtlpFields.InstrumentationScope.NAME, scope.getName());
            String version = scope.getVersion();
            if (version != null) {
                out.optionalString(OtlpFields.InstrumentationScope.VERSION, version);
            }
            heads.values.attributes(OtlpFields.InstrumentationScope.ATTRIBUTES, scope.getAttributes());
            out.end();
            int rest = out.position();
            schemaUrl(OtlpFields.ScopeSpans.SCHEMA_URL, scope.getSchemaUrl());
            return new Head(from, rest, out.position());
        }

        private void schemaUrl(int field, @Nullable String url) {
            if (url != null) {
                heads.out.optionalString(field, url);
            }
        }
    }
}
