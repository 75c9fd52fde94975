package io.sluice.config.source;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Settings in environment variables: the property name in capitals, with an underscore for each dot and hyphen, as the
 * OpenTelemetry specification has it.
 */
final class EnvironmentSource implements SettingsSource {

    private static final String OWN_PREFIX = "SLUICE_";

    /**
     * What Kubernetes sets in each pod for a service whose name is or begins with "sluice": {@code SLUICE_SERVICE_HOST},
     * {@code SLUICE_PORT_4318_TCP_ADDR}. No setting of ours ends like that.
     */
    private static final Pattern SERVICE_LINK = Pattern.compile(
            "SLUICE(_\\w+)?_(SERVICE_HOST|SERVICE_PORT(_\\w+)?|PORT(_\\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?)");

    private final Map<String, String> variables;

    EnvironmentSource(Map<String, String> variables) {
        this.variables = Map.copyOf(variables);
    }

    static String variable(String key) {
        return key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    @Override
    public @Nullable String get(String key) {
        String value = variables.get(variable(key));
        return value == null || value.isBlank() ? null : value.strip();
    }

    @Override
    public String describe(String key) {
        return "environment variable " + variable(key);
    }

    /** The way back is a guess where a name holds hyphens; no setting of ours does. */
    @Override
    public Set<String> ownKeys() {
        Set<String> keys = new TreeSet<>();
        for (String variable : variables.keySet()) {
            if (variable.startsWith(OWN_PREFIX)
                    && !SERVICE_LINK.matcher(variable).matches()) {
                keys.add(variable.toLowerCase(Locale.ROOT).replace('_', '.'));
            }
        }
        return keys;
    }

    /** Everybody may set variables for everybody: a container platform, a script that starts us. */
    @Override
    public boolean isOurs() {
        return false;
    }
}
