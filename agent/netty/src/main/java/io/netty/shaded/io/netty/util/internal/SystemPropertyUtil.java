package io.grpc.netty.shaded.io.netty.util.internal;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Netty's settings inside the agent jar, in the place of the class of this name in Netty.
 *
 * <p>An agent must not set system properties of the application's JVM, nor be steered by those that are meant for the
 * application's own Netty. So whatever Netty asks for under its own prefix gets the fixed answer below, or its default.
 * Everything else, {@code os.name} for example, is read as usual.
 */
public final class SystemPropertyUtil {

    private static final String NETTY = "io.netty.";
    private static final Map<String, String> FIXED = fixed();

    private SystemPropertyUtil() {}

    private static Map<String, String> fixed() {
        Map<String, String> values = new HashMap<>();
        // Unsafe makes JDK 24 and later print warnings to the application's standard error.
        values.put("noUnsafe", "true");
        // The jar holds no native libraries; without this each start would look for them.
        values.put("transport.noNative", "true");
        // What our channels do not allocate themselves is small and short-lived; pools for it are set up at each start.
        values.put("allocator.type", "unpooled");
        // Which native libraries would suit this Linux: none; without it a file of the system's is read for that.
        values.put("osClassifiers", "");
        // Only make channel ids unique; computing them lists all network interfaces.
        values.put("machineId", "00:00:00:00:00:00:00:01");
        values.put("processId", "1");
        return values;
    }

    public static boolean contains(String key) {
        return get(key) != null;
    }

    public static @Nullable String get(String key) {
        return get(key, null);
    }

    public static @Nullable String get(String key, @Nullable String def) {
        if (key == null || key.isEmpty()) {
            throw new IllegalArgumentException("key is empty");
        }
        int ownName = key.indexOf(NETTY);
        String value = ownName < 0 ? read(key) : FIXED.get(key.substring(ownName + NETTY.length()));
        return value == null ? def : value;
    }

    private static @Nullable String read(String key) {
        try {
            return System.getProperty(key);
        } catch (SecurityException hidden) {
            return null;
        }
    }

    public static boolean getBoolean(String key, boolean def) {
        String value = get(key);
        return value == null ? def : Boolean.parseBoolean(value.trim());
    }

    public static int getInt(String key, int def) {
        return (int) getLong(key, def);
    }

    public static long getLong(String key, long def) {
        String value = get(key);
        if (value == null) {
            return def;
        }
        try {
            return Long.parseLong(value.trim());
        } catch (NumberFormatException notANumber) {
            return def;
        }
    }
}
