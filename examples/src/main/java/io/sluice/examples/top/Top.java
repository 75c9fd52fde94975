package io.sluice.examples.top;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import io.sluice.runtime.time.Clock;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.management.JMException;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/**
 * {@code ./sluice top PID [LOOKS]}: what the runtimes of another JVM do, once a second, until it ends or {@code LOOKS}
 * looks were shown. It sees those that were registered by {@code RuntimeBean.register}, attaches as {@code jcmd} does, and
 * costs the other process a reading of its counters.
 */
public final class Top {

    private Top() {}

    public static void main(String[] arguments) throws Exception {
        if (arguments.length < 1 || !arguments[0].matches("\\d+")) {
            System.err.println("usage: ./sluice top PID [LOOKS]");
            System.exit(2);
        }
        long looks = arguments.length > 1 ? Long.parseLong(arguments[1]) : Long.MAX_VALUE;
        try (JMXConnector connector = connect(arguments[0])) {
            show(connector.getMBeanServerConnection(), looks);
        } catch (AttachNotSupportedException e) {
            System.err.println("process " + arguments[0] + " is no JVM that can be looked at: " + e.getMessage());
            System.exit(1);
        } catch (IOException e) {
            System.err.println("process " + arguments[0] + " cannot be reached: " + e.getMessage());
            System.exit(1);
        }
    }

    @SuppressWarnings("BanJNDI") // the address is this machine's, and comes from the process that was asked for
    private static JMXConnector connect(String pid) throws AttachNotSupportedException, IOException {
        return JMXConnectorFactory.connect(new JMXServiceURL(address(pid)));
    }

    private static String address(String pid) throws AttachNotSupportedException, IOException {
        VirtualMachine machine = VirtualMachine.attach(pid);
        try {
            return machine.startLocalManagementAgent();
        } finally {
            machine.detach();
        }
    }

    private static void show(MBeanServerConnection server, long looks) throws Exception {
        Map<ObjectName, Look> before = looks(server);
        for (long shown = 0; shown < looks; shown++) {
            new CountDownLatch(1).await(1, TimeUnit.SECONDS);
            Map<ObjectName, Look> now = looks(server);
            System.out.println(text(before, now));
            before = now;
        }
    }

    /** A look at each runtime of the process. */
    static Map<ObjectName, Look> looks(MBeanServerConnection server) throws JMException, IOException {
        Map<ObjectName, Look> looks = new HashMap<>();
        for (ObjectName bean : server.queryNames(new ObjectName("io.sluice.runtime:type=Runtime,*"), null)) {
            looks.put(bean, Look.at(server, bean, Clock.system().nanoTime()));
        }
        return looks;
    }

    /** One screen of all runtimes that were there both times. */
    static String text(Map<ObjectName, Look> before, Map<ObjectName, Look> now) {
        StringBuilder text = new StringBuilder();
        for (ObjectName bean : new TreeSet<>(now.keySet())) {
            Look earlier = before.get(bean);
            Look later = now.get(bean);
            if (earlier != null && later != null) {
                text.append(Screen.of(bean.getKeyProperty("name"), earlier, later));
            }
        }
        return text.length() == 0
                ? "no runtime of this process is registered (RuntimeBean.register, or sluice.jmx.runtime=true)"
                : text.toString();
    }
}
