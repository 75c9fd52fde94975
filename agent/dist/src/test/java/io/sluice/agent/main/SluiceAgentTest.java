package io.sluice.agent.main;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SluiceAgentTest {

    @ParameterizedTest
    @CsvSource({"1.8,8", "11,11", "17,17", "25,25", "'',0", "x,0"})
    void feature_isReadFromSpecificationVersion(String version, int feature) {
        assertThat(SluiceAgent.featureOf(version)).isEqualTo(feature);
    }
}
