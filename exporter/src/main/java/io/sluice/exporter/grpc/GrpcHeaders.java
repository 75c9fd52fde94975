package io.sluice.exporter.grpc;

import io.grpc.Metadata;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;

/** Headers from settings as gRPC's metadata. */
final class GrpcHeaders {

    private GrpcHeaders() {}

    /** @param headers checked by {@link GrpcTransportSettings} */
    static Metadata of(Map<String, String> headers) {
        Metadata metadata = new Metadata();
        headers.forEach((name, value) -> {
            String key = name.toLowerCase(Locale.ROOT);
            if (key.endsWith(Metadata.BINARY_HEADER_SUFFIX)) {
                metadata.put(
                        Metadata.Key.of(key, Metadata.BINARY_BYTE_MARSHALLER),
                        Base64.getDecoder().decode(value));
            } else {
                metadata.put(Metadata.Key.of(key, Metadata.ASCII_STRING_MARSHALLER), value);
            }
        });
        return metadata;
    }

    /**
     * {@code metadata} with {@code more}, which takes the place of what has the same name.
     *
     * @throws IllegalArgumentException if one of them is no header that gRPC allows, without its value
     */
    static Metadata over(Metadata metadata, Map<String, String> more) {
        more.forEach(GrpcTransportSettings::requireHeader);
        Metadata added = of(more);
        for (String key : added.keys()) {
            if (key.endsWith(Metadata.BINARY_HEADER_SUFFIX)) {
                metadata.discardAll(Metadata.Key.of(key, Metadata.BINARY_BYTE_MARSHALLER));
            } else {
                metadata.discardAll(Metadata.Key.of(key, Metadata.ASCII_STRING_MARSHALLER));
            }
        }
        metadata.merge(added);
        return metadata;
    }
}
