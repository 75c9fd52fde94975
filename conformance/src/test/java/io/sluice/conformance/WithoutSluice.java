package io.sluice.conformance;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;

/** The class path as it is without Sluice on it: the SDK does not find our service files. */
final class WithoutSluice extends ClassLoader {

    private static final String SERVICES = "META-INF/services/";

    WithoutSluice(ClassLoader parent) {
        super(parent);
    }

    @Override
    public Enumeration<URL> getResources(String name) throws IOException {
        List<URL> left = new ArrayList<>();
        for (URL resource : Collections.list(super.getResources(name))) {
            if (!name.startsWith(SERVICES) || !isOurs(resource)) {
                left.add(resource);
            }
        }
        return Collections.enumeration(left);
    }

    private static boolean isOurs(URL services) throws IOException {
        try (InputStream in = services.openStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).contains("io.sluice.");
        }
    }
}
