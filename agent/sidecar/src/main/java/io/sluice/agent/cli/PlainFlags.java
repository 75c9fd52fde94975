package io.sluice.agent.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The arguments of {@code sidecar} as they usually are: {@code --name=value} and {@code --name value}, nothing to help
 * with and nothing wrong. Whatever is not that, in the slightest, is left to {@link SidecarCommand}.
 */
final class PlainFlags {

    private static final String COMMAND = "sidecar";
    private static final Map<String, String> KEYS = Map.of(
            "--endpoint", SettingValues.ENDPOINT,
            "--config", SettingValues.FILE);
    private static final String LISTEN = "--listen";
    private static final String SET = "--set";

    private final Map<String, String> values = new LinkedHashMap<>();
    private final Map<String, String> others = new LinkedHashMap<>();
    private final List<String> listen = new ArrayList<>();

    private PlainFlags() {}

    /** The settings that they stand for, by property; empty if they are not plain. */
    static Optional<Map<String, String>> ofSidecar(String[] arguments) {
        if (arguments.length == 0 || !arguments[0].equals(COMMAND)) {
            return Optional.empty();
        }
        PlainFlags flags = new PlainFlags();
        for (int i = 1; i < arguments.length; i++) {
            String argument = arguments[i];
            int equals = argument.indexOf('=');
            boolean taken;
            if (equals > 0) {
                taken = flags.take(argument.substring(0, equals), argument.substring(equals + 1));
            } else {
                i++;
                taken = i < arguments.length && isValue(arguments[i]) && flags.take(argument, arguments[i]);
            }
            if (!taken) {
                return Optional.empty();
            }
        }
        return Optional.of(SettingValues.of(flags.others, flags.listen, flags.values));
    }

    /** Not another flag, nor a file of arguments. */
    private static boolean isValue(String argument) {
        return !argument.isEmpty() && argument.charAt(0) != '-' && argument.charAt(0) != '@';
    }

    private boolean take(String name, String value) {
        if (value.isEmpty() || value.charAt(0) == '"') {
            return false;
        }
        if (name.equals(LISTEN)) {
            return listen.add(value);
        }
        if (name.equals(SET)) {
            return set(value);
        }
        String key = KEYS.get(name);
        return key != null && values.put(key, value) == null;
    }

    private boolean set(String pair) {
        int equals = pair.indexOf('=');
        if (equals <= 0 || !SettingValues.isName(pair.substring(0, equals))) {
            return false;
        }
        others.put(pair.substring(0, equals), pair.substring(equals + 1));
        return true;
    }
}
