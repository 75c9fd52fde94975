package io.sluice.agent.otel;

import static java.util.Objects.requireNonNull;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One object of the SDK's model of a configuration file, seen by the names of its properties.
 *
 * <p>The model's classes are generated anew for each version of the SDK: what is {@code withBatch} and {@code
 * getAdditionalProperties} in one is {@code setBatch} and {@code getExtensionProperties} in the next. What stays are the
 * names that users write, so those are what is used here, and no class of the model is named. The SDK's configuring
 * thread only.
 *
 * @param model never null
 */
record ModelNode(Object model) {

    private static final List<String> SETTERS = List.of("set", "with");
    private static final List<String> EXTENSIONS = List.of("Extension", "Additional");

    ModelNode {
        requireNonNull(model, "model");
    }

    /** What stands under {@code property}, as it is; null if nothing does, or if this version does not know it. */
    @Nullable
    Object get(String property) {
        return method("get" + property, 0).map(getter -> call(getter)).orElse(null);
    }

    /** The object that stands under {@code property}. */
    Optional<ModelNode> node(String property) {
        return Optional.ofNullable(get(property)).map(ModelNode::new);
    }

    /** The objects in the list that stands under {@code property}. */
    List<ModelNode> nodes(String property) {
        return get(property) instanceof List<?> list
                ? list.stream().map(ModelNode::new).toList()
                : List.of();
    }

    /** @throws IllegalStateException if this version of the SDK knows no such property */
    void set(String property, @Nullable Object value) {
        call(setter(property, 1), value);
    }

    /** Puts a new object under {@code property} and returns it. */
    ModelNode make(String property) {
        Method setter = setter(property, 1);
        Object made = instance(setter.getParameterTypes()[0]);
        call(setter, made);
        return new ModelNode(made);
    }

    /** What stands under the name of a component that the model does not know; empty if nothing does. */
    Optional<Map<String, Object>> component(String name) {
        for (String kind : EXTENSIONS) {
            Object all = get(kind + "Properties");
            if (all instanceof Map<?, ?> map && map.containsKey(name)) {
                Object value = map.get(name);
                return Optional.of(value == null ? Map.of() : asMap(value));
            }
        }
        return Optional.empty();
    }

    /** Puts {@code properties} under the name of a component that the model does not know. */
    void setComponent(String name, Map<String, Object> properties) {
        Method setter = EXTENSIONS.stream()
                .flatMap(kind -> SETTERS.stream().map(set -> method(set + kind + "Property", 2)))
                .flatMap(Optional::stream)
                .findFirst()
                .orElseThrow(() -> unknown("components of other names"));
        Class<?> type = setter.getParameterTypes()[1];
        if (type.isInstance(properties)) {
            call(setter, name, properties);
            return;
        }
        ModelNode holder = new ModelNode(instance(type));
        properties.forEach(holder::setProperty);
        call(setter, name, holder.model);
    }

    private void setProperty(String name, Object value) {
        Method setter = EXTENSIONS.stream()
                .flatMap(kind -> SETTERS.stream().map(set -> method(set + kind + "Property", 2)))
                .flatMap(Optional::stream)
                .findFirst()
                .orElseThrow(() -> unknown(name));
        call(setter, name, value);
    }

    /** Everything below here as it would stand in the file: names with underscores, scalars, lists, maps. */
    Map<String, Object> toMap() {
        Map<String, Object> map = new TreeMap<>();
        for (Method method : model.getClass().getMethods()) {
            String name = method.getName();
            if (name.startsWith("get") && method.getParameterCount() == 0 && !name.equals("getClass")) {
                Object value = call(method);
                if (value != null && EXTENSIONS.stream().noneMatch(kind -> name.equals("get" + kind + "Properties"))) {
                    map.put(written(name.substring("get".length())), plain(value));
                } else if (value != null) {
                    map.putAll(asMap(value));
                }
            }
        }
        return map;
    }

    private static Map<String, Object> asMap(Object value) {
        Object plain = plain(value);
        Map<String, Object> map = new LinkedHashMap<>();
        if (plain instanceof Map<?, ?> entries) {
            entries.forEach((key, entry) -> map.put(String.valueOf(key), entry));
        }
        return map;
    }

    private static Object plain(Object value) {
        if (value instanceof Enum<?> constant) {
            return constant.name().toLowerCase(Locale.ROOT);
        }
        if (value instanceof List<?> list) {
            return list.stream().map(ModelNode::plain).toList();
        }
        if (value instanceof Map<?, ?> map) {
            Map<String, Object> plain = new LinkedHashMap<>();
            map.forEach((key, entry) -> {
                if (entry != null) {
                    plain.put(String.valueOf(key), plain(entry));
                }
            });
            return plain;
        }
        boolean scalar = value instanceof String || value instanceof Number || value instanceof Boolean;
        return scalar ? value : new ModelNode(value).toMap();
    }

    /** {@code OtlpHttp} is {@code otlp_http} in the file. */
    private static String written(String property) {
        return property.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
    }

    private Method setter(String property, int parameters) {
        return SETTERS.stream()
                .map(prefix -> method(prefix + property, parameters))
                .flatMap(Optional::stream)
                .findFirst()
                .orElseThrow(() -> unknown(property));
    }

    private IllegalStateException unknown(String what) {
        return new IllegalStateException(
                model.getClass().getSimpleName() + " of this OpenTelemetry SDK does not know " + what);
    }

    private Optional<Method> method(String name, int parameters) {
        for (Method method : model.getClass().getMethods()) {
            if (method.getName().equals(name) && method.getParameterCount() == parameters) {
                return Optional.of(method);
            }
        }
        return Optional.empty();
    }

    private @Nullable Object call(Method method, @Nullable Object... arguments) {
        try {
            return method.invoke(model, arguments);
        } catch (IllegalAccessException | InvocationTargetException changed) {
            throw new IllegalStateException("the OpenTelemetry SDK's model cannot be used: " + method, changed);
        }
    }

    private static Object instance(Class<?> type) {
        try {
            return type.getConstructor().newInstance();
        } catch (ReflectiveOperationException changed) {
            throw new IllegalStateException("the OpenTelemetry SDK's model cannot be used: " + type, changed);
        }
    }
}
