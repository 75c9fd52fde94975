package io.sluice.exporter.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AddressTurnsTest {

    private static List<InetAddress> parsed(String... addresses) throws UnknownHostException {
        List<InetAddress> parsed = new ArrayList<>();
        for (String address : addresses) {
            parsed.add(InetAddress.getByName(address));
        }
        return parsed;
    }

    @Test
    void addresses_beginWithEachInTurn_andKeepTheirOrder() throws Exception {
        AddressTurns turns = new AddressTurns(host -> parsed("10.0.0.1", "10.0.0.2", "10.0.0.3"));

        assertThat(turns.addresses("a")).isEqualTo(parsed("10.0.0.1", "10.0.0.2", "10.0.0.3"));
        assertThat(turns.addresses("a")).isEqualTo(parsed("10.0.0.2", "10.0.0.3", "10.0.0.1"));
        assertThat(turns.addresses("a")).isEqualTo(parsed("10.0.0.3", "10.0.0.1", "10.0.0.2"));
        assertThat(turns.addresses("a")).isEqualTo(parsed("10.0.0.1", "10.0.0.2", "10.0.0.3"));
    }

    @Test
    void addresses_ofOneFamily_stayBeforeThoseOfTheOther() throws Exception {
        AddressTurns turns = new AddressTurns(host -> parsed("::1", "::2", "10.0.0.1", "10.0.0.2", "10.0.0.3"));
        turns.addresses("a");

        assertThat(turns.addresses("a")).isEqualTo(parsed("::2", "::1", "10.0.0.2", "10.0.0.3", "10.0.0.1"));
        assertThat(turns.addresses("a")).isEqualTo(parsed("::1", "::2", "10.0.0.3", "10.0.0.1", "10.0.0.2"));
    }

    @Test
    void addresses_ofNoneOrOne_areWhatTheyAre() throws Exception {
        AddressTurns none = new AddressTurns(host -> List.of());
        AddressTurns one = new AddressTurns(host -> parsed("10.0.0.1"));
        for (int i = 0; i < 3; i++) {
            assertThat(none.addresses("a")).isEmpty();
            assertThat(one.addresses("a")).isEqualTo(parsed("10.0.0.1"));
        }
    }
}
