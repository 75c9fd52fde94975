package io.sluice.exporter.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnknownFieldSet.Field;
import io.sluice.exporter.transport.WireReader.MalformedException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WireReaderTest {

    @Test
    void fields_ofEveryKind_areReadOrSkipped() throws Exception {
        byte[] bytes = UnknownFieldSet.newBuilder()
                .addField(1, Field.newBuilder().addVarint(-1).build())
                .addField(2, Field.newBuilder().addFixed64(5).build())
                .addField(3, Field.newBuilder().addFixed32(6).build())
                .addField(
                        4,
                        Field.newBuilder()
                                .addLengthDelimited(ByteString.copyFromUtf8("gr\u00fcn"))
                                .build())
                .addField(1 << 28, Field.newBuilder().addVarint(300).build())
                .build()
                .toByteArray();
        WireReader reader = new WireReader(bytes);

        assertThat(reader.next()).isTrue();
        assertThat(reader.field()).isEqualTo(1);
        assertThat(reader.varint()).isEqualTo(-1);
        assertThat(reader.next()).isTrue();
        assertThat(reader.next()).isTrue();
        assertThat(reader.next()).isTrue();
        assertThat(reader.string()).isEqualTo("gr\u00fcn");
        assertThat(reader.next()).isTrue();
        assertThat(reader.field()).isEqualTo(1 << 28);
        assertThat(reader.varint()).isEqualTo(300);
        assertThat(reader.next()).isFalse();
    }

    @Test
    void message_endsWhereItsLengthSays() throws Exception {
        WireReader reader = new WireReader(new byte[] {10, 2, 8, 1, 16, 9});
        reader.next();
        WireReader inner = reader.message();

        assertThat(inner.next()).isTrue();
        assertThat(inner.varint()).isEqualTo(1);
        assertThat(inner.next()).isFalse();
        assertThat(reader.next()).isTrue();
        assertThat(reader.field()).isEqualTo(2);
        assertThat(reader.varint()).isEqualTo(9);
    }

    @Test
    void fieldWithAnotherWireType_isMalformed() throws Exception {
        WireReader reader = new WireReader(new byte[] {8, 1});
        reader.next();

        assertThat(reader.isVarint()).isTrue();
        assertThat(reader.isDelimited()).isFalse();
        assertThatThrownBy(reader::string).isInstanceOf(MalformedException.class);
    }

    @Test
    void groups_areSkipped_ifTheyEndAsTheyBegan() throws Exception {
        WireReader reader = new WireReader(new byte[] {0x0b, 0x13, 0x08, 1, 0x14, 0x12, 1, 0, 0x0c, 0x18, 7});
        assertThat(reader.next()).isTrue();
        assertThat(reader.next()).isTrue();
        assertThat(reader.field()).isEqualTo(3);
        assertThat(reader.varint()).isEqualTo(7);

        for (byte[] bad : new byte[][] {{0x0b, 0x14}, {0x0b}, {0x0c}, new byte[500]}) {
            if (bad.length == 500) {
                Arrays.fill(bad, (byte) 0x0b);
            }
            WireReader broken = new WireReader(bad);
            broken.next();
            assertThatThrownBy(broken::next).isInstanceOf(MalformedException.class);
        }
    }

    @Test
    void anyBytes_endOrAreMalformed_andNeverMore() {
        Random random = new Random(11);
        for (int i = 0; i < 50_000; i++) {
            byte[] bytes = new byte[random.nextInt(12)];
            random.nextBytes(bytes);
            try {
                WireReader reader = new WireReader(bytes);
                int fields = 0;
                while (reader.next()) {
                    fields++;
                }
                assertThat(fields).isLessThanOrEqualTo(bytes.length);
            } catch (MalformedException e) {
                assertThat(e).hasMessageNotContaining("null");
            }
        }
    }
}
