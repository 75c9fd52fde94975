package io.sluice.examples.shop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ShopTest {

    @Test
    void port_isReadFromItsArgument() {
        assertThat(Shop.port()).isEqualTo(8080);
        assertThat(Shop.port("--port=0")).isZero();
        assertThat(Shop.port("--port=65535")).isEqualTo(65_535);
    }

    @Test
    void port_malformed_isNamed() {
        assertThatThrownBy(() -> Shop.port("--port=x")).hasMessageContaining("--port=x");
        assertThatThrownBy(() -> Shop.port("--port=65536")).hasMessageContaining("65535");
        assertThatThrownBy(() -> Shop.port("--prot=1")).hasMessageContaining("--prot=1");
    }
}
