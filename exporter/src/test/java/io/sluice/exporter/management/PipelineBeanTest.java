package io.sluice.exporter.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.exporter.OtlpClient;
import io.sluice.exporter.testing.FakeTransport;
import io.sluice.exporter.testing.IdEncoder;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Map;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class PipelineBeanTest {

    private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    private final OtlpClient<Long> client = OtlpClient.builder(new IdEncoder())
            .transport(handle -> new FakeTransport(handle.timeDriver()).next(FakeTransport.REJECTED))
            .start();

    @AfterEach
    void close() {
        client.close();
    }

    @Test
    void everyAttribute_canBeReadOverJmx_andIsThePipelines() throws Exception {
        client.trySend(1L);
        client.flush(Duration.ofSeconds(20));
        client.trySend(2L);
        client.flush(Duration.ofSeconds(20));
        try (PipelineBean bean = PipelineBean.register(client::stats, "under test")) {
            ObjectName name = new ObjectName("io.sluice.exporter:type=Pipeline,name=\"under test\"");
            assertThat(bean.objectName()).isEqualTo(name);
            for (MBeanAttributeInfo attribute : server.getMBeanInfo(name).getAttributes()) {
                assertThat(server.getAttribute(name, attribute.getName()))
                        .as(attribute.getName())
                        .isNotNull();
            }
            assertThat(server.getAttribute(name, "Signal")).isEqualTo("traces");
            assertThat(server.getAttribute(name, "AcceptedItems")).isEqualTo(2L);
            assertThat(server.getAttribute(name, "RejectedItems")).isEqualTo(1L);
            assertThat(server.getAttribute(name, "DeliveredItems")).isEqualTo(1L);
            assertThat(server.getAttribute(name, "Attempts")).isEqualTo(2L);
            assertThat(bean.getFailedAttempts()).isEqualTo(Map.of("rejected", 1L));
        }
    }

    @Test
    void nameInUse_isRefusedByName_andFreeAfterClose() {
        try (PipelineBean bean = PipelineBean.register(client::stats, "taken")) {
            assertThatThrownBy(() -> PipelineBean.register(client::stats, "taken"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("\"taken\"");
            bean.close();
            assertThat(server.isRegistered(bean.objectName())).isFalse();
        }
        PipelineBean.register(client::stats, "taken").close();
    }
}
