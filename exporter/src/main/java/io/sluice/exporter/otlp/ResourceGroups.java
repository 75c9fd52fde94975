package io.sluice.exporter.otlp;

import static java.util.Objects.requireNonNull;

import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.resources.Resource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The encoded items of one batch by resource and, within it, by scope, in the order in which each appeared first.
 *
 * <p>A batch has one resource and few scopes as a rule, so groups are found by looking through short lists: by identity,
 * and only if nothing is identical by content. One thread, one batch.
 */
final class ResourceGroups {

    /**
     * What a group says of itself, in the bytes of all of them: its fields from {@code from} to {@code rest} stand before
     * its items, those up to {@code end} behind them.
     */
    record Head(int from, int rest, int end) {

        int bytes() {
            return end - from;
        }
    }

    /** Writes the own fields of a group. */
    interface Heads {

        Head of(Resource resource);

        Head of(InstrumentationScopeInfo scope);
    }

    /** Items of one scope, as ranges of the bytes of all items. */
    static final class ScopeGroup {
        final InstrumentationScopeInfo scope;
        final Head head;

        /** Pairs of begin and end; neighbours make one range. */
        private int[] ranges = new int[2];

        private int used;
        private int itemBytes;

        private ScopeGroup(InstrumentationScopeInfo scope, Head head) {
            this.scope = scope;
            this.head = head;
        }

        /** Takes in the item between {@code from} and {@code to}. */
        void add(int from, int to) {
            itemBytes += to - from;
            if (used > 0 && ranges[used - 1] == from) {
                ranges[used - 1] = to;
                return;
            }
            if (used == ranges.length) {
                ranges = Arrays.copyOf(ranges, 2 * used);
            }
            ranges[used++] = from;
            ranges[used++] = to;
        }

        int ranges() {
            return used / 2;
        }

        int from(int range) {
            return ranges[2 * range];
        }

        int to(int range) {
            return ranges[2 * range + 1];
        }

        /** Length of the message. */
        int bytes() {
            return head.bytes() + itemBytes;
        }
    }

    /** Scopes of one resource. */
    static final class ResourceGroup {
        final Resource resource;
        final Head head;
        final List<ScopeGroup> scopes = new ArrayList<>(4);

        private ResourceGroup(Resource resource, Head head) {
            this.resource = resource;
            this.head = head;
        }

        /** Length of the message. */
        int bytes() {
            int bytes = head.bytes();
            for (ScopeGroup scope : scopes) {
                bytes += fieldBytes(scope.bytes());
            }
            return bytes;
        }
    }

    private final Heads heads;
    private final List<ResourceGroup> resources = new ArrayList<>(1);

    // Of the item before, which mostly has the same.
    private @Nullable ResourceGroup lastResource;
    private @Nullable ScopeGroup lastScope;

    ResourceGroups(Heads heads) {
        this.heads = requireNonNull(heads, "heads");
    }

    List<ResourceGroup> resources() {
        return resources;
    }

    /** Length of the request. */
    int bytes() {
        int bytes = 0;
        for (ResourceGroup resource : resources) {
            bytes += fieldBytes(resource.bytes());
        }
        return bytes;
    }

    /** A message of {@code length} bytes as a field with a tag of one byte. */
    private static int fieldBytes(int length) {
        return 1 + ProtoOutput.varint32Size(length) + length;
    }

    /** The group of these two; a new one if there is none. If a head cannot be written, nothing has changed. */
    ScopeGroup group(Resource resource, InstrumentationScopeInfo scope) {
        ResourceGroup outer = lastResource;
        ScopeGroup inner = lastScope;
        if (outer == null || inner == null || outer.resource != resource || inner.scope != scope) {
            outer = find(resource);
            inner = outer == null ? null : find(outer, scope);
            if (outer == null) {
                outer = new ResourceGroup(resource, heads.of(resource));
                inner = newScope(outer, scope);
                resources.add(outer);
            } else if (inner == null) {
                inner = newScope(outer, scope);
            }
            lastResource = outer;
            lastScope = inner;
        }
        return inner;
    }

    private ScopeGroup newScope(ResourceGroup outer, InstrumentationScopeInfo scope) {
        ScopeGroup group = new ScopeGroup(scope, heads.of(scope));
        outer.scopes.add(group);
        return group;
    }

    private @Nullable ResourceGroup find(Resource wanted) {
        for (int i = 0; i < resources.size(); i++) {
            if (resources.get(i).resource == wanted) {
                return resources.get(i);
            }
        }
        for (ResourceGroup group : resources) {
            if (group.resource.equals(wanted)) {
                return group;
            }
        }
        return null;
    }

    private static @Nullable ScopeGroup find(ResourceGroup resource, InstrumentationScopeInfo wanted) {
        List<ScopeGroup> scopes = resource.scopes;
        for (int i = 0; i < scopes.size(); i++) {
            if (scopes.get(i).scope == wanted) {
                return scopes.get(i);
            }
        }
        for (ScopeGroup group : scopes) {
            if (group.scope.equals(wanted)) {
                return group;
            }
        }
        return null;
    }
}
