package io.sluice.exporter.transport;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReadSizeTest {

    private final ReadSize size = new ReadSize();

    @Test
    void size_growsWithFullReads_upToOneSystemCall() {
        int first = size.bytes();
        assertThat(size.used(first)).isTrue();
        assertThat(size.bytes()).isEqualTo(2 * first);
        for (int i = 0; i < 20; i++) {
            size.used(size.bytes());
        }
        assertThat(size.bytes()).isEqualTo(64 * 1024);
    }

    @Test
    void size_shrinksOnlyAfterTwoSmallReadsInARow() {
        int first = size.bytes();
        assertThat(size.used(1)).isFalse();
        assertThat(size.used(first / 2)).isFalse();
        assertThat(size.used(1)).isFalse();
        assertThat(size.bytes()).isEqualTo(first);
        size.used(1);
        assertThat(size.bytes()).isEqualTo(first / 2);
        for (int i = 0; i < 40; i++) {
            size.used(1);
        }
        assertThat(size.bytes()).isEqualTo(512);
    }
}
