package io.sluice.exporter.otlp;

import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.resources.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * The items of one batch by resource and, within it, by scope, in the order in which each appeared first.
 *
 * <p>A batch has one resource and few scopes as a rule, so groups are found by looking through short lists: by identity,
 * and only if nothing is identical by content. Used for one batch and thrown away.
 */
final class ResourceGroups<T> {

    /** Items of one scope. */
    record ScopeGroup<T>(InstrumentationScopeInfo scope, List<T> items) {}

    /** Scopes of one resource. */
    record ResourceGroup<T>(Resource resource, List<ScopeGroup<T>> scopes) {}

    private final List<ResourceGroup<T>> resources = new ArrayList<>(1);

    static <T> List<ResourceGroup<T>> of(
            List<? extends T> batch,
            Function<? super T, Resource> resourceOf,
            Function<? super T, InstrumentationScopeInfo> scopeOf) {
        ResourceGroups<T> groups = new ResourceGroups<>();
        for (T item : batch) {
            ResourceGroup<T> resource = groups.resource(resourceOf.apply(item));
            scope(resource, scopeOf.apply(item)).items().add(item);
        }
        return groups.resources;
    }

    private ResourceGroup<T> resource(Resource wanted) {
        for (int i = 0; i < resources.size(); i++) {
            if (resources.get(i).resource() == wanted) {
                return resources.get(i);
            }
        }
        for (ResourceGroup<T> group : resources) {
            if (group.resource().equals(wanted)) {
                return group;
            }
        }
        ResourceGroup<T> group = new ResourceGroup<>(wanted, new ArrayList<>(4));
        resources.add(group);
        return group;
    }

    private static <T> ScopeGroup<T> scope(ResourceGroup<T> resource, InstrumentationScopeInfo wanted) {
        List<ScopeGroup<T>> scopes = resource.scopes();
        for (int i = 0; i < scopes.size(); i++) {
            if (scopes.get(i).scope() == wanted) {
                return scopes.get(i);
            }
        }
        for (ScopeGroup<T> group : scopes) {
            if (group.scope().equals(wanted)) {
                return group;
            }
        }
        ScopeGroup<T> group = new ScopeGroup<>(wanted, new ArrayList<>());
        scopes.add(group);
        return group;
    }
}
