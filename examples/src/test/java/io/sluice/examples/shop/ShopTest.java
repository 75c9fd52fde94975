package io.sluice.examples.shop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShopTest {

    @Test
    void address_isReadFromArguments() {
        assertThat(Shop.address()).isEqualTo(new InetSocketAddress(InetAddress.getLoopbackAddress(), 8080));
        assertThat(Shop.address("--port=0")).isEqualTo(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        assertThat(Shop.address("--host=0.0.0.0", "--port=65535")).isEqualTo(new InetSocketAddress("0.0.0.0", 65_535));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--port=x", "--port=65536", "--port=", "--prot=1", "8080"})
    void argument_notUnderstood_isNamed(String argument) {
        assertThatThrownBy(() -> Shop.address(argument))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(argument);
    }
}
