package io.sluice.runtime.management;

import java.lang.management.ManagementFactory;
import java.util.Locale;
import javax.management.InstanceAlreadyExistsException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;

/** A bean on the JVM's own server, from {@link #register} until it is closed. Any thread. */
public abstract class RegisteredBean implements AutoCloseable {

    private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    private final String type;
    private final String name;
    private final ObjectName objectName;

    /**
     * A bean that will be found as {@code domain:type=...,name=...}.
     *
     * @param name distinguishes those of one type in one JVM; any text
     */
    protected RegisteredBean(String domain, String type, String name) {
        this.type = type.toLowerCase(Locale.ROOT);
        this.name = name;
        try {
            this.objectName = new ObjectName(domain + ":type=" + type + ",name=" + ObjectName.quote(name));
        } catch (MalformedObjectNameException e) {
            throw cannotRegister(e);
        }
    }

    /**
     * Puts it on the server.
     *
     * @throws IllegalStateException if another bean has that name
     */
    protected final void register() {
        try {
            server.registerMBean(this, objectName);
        } catch (InstanceAlreadyExistsException e) {
            throw new IllegalStateException("a " + type + " is registered as \"" + name + "\" already", e);
        } catch (JMException e) {
            throw cannotRegister(e);
        }
    }

    private IllegalStateException cannotRegister(JMException e) {
        return new IllegalStateException("cannot register the " + type + " \"" + name + "\"", e);
    }

    /** Where it is found. */
    public final ObjectName objectName() {
        return objectName;
    }

    /** Takes it off the server; nothing if it is off already. */
    @Override
    public final void close() {
        try {
            if (server.isRegistered(objectName)) {
                server.unregisterMBean(objectName);
            }
        } catch (JMException e) {
            throw new IllegalStateException("cannot unregister " + objectName, e);
        }
    }
}
