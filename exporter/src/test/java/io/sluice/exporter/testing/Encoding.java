package io.sluice.exporter.testing;

import io.sluice.exporter.Encoder;
import io.sluice.exporter.Payload;
import java.util.List;

/** Encodes a whole batch, as a loop without limits would. */
public final class Encoding {

    private Encoding() {}

    /** Throws what the encoder throws; the encoder holds nothing then. */
    public static <T> Payload encode(Encoder<T> encoder, List<? extends T> batch) {
        try {
            batch.forEach(item -> encoder.add(item, Integer.MAX_VALUE));
        } catch (Throwable t) {
            encoder.finish().close();
            throw t;
        }
        return encoder.finish();
    }
}
