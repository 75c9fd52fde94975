package io.sluice.exporter.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.sluice.exporter.Payload;
import io.sluice.exporter.Signal;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OtlpMergeTest {

    private final AtomicLong settled = new AtomicLong();

    private OtlpMerge merge(Signal signal) {
        return new OtlpMerge(signal, settled::addAndGet);
    }

    private static OtlpRequest request(Signal signal, Message message) {
        return new OtlpRequest(signal, message.toByteArray(), Requests.count(message));
    }

    private static ExportTraceServiceRequest traces(String service, String scope, String url, String... spans) {
        ScopeSpans.Builder scopes = ScopeSpans.newBuilder()
                .setScope(InstrumentationScope.newBuilder().setName(scope))
                .setSchemaUrl(url);
        for (String span : spans) {
            scopes.addSpans(Span.newBuilder().setName(span));
        }
        KeyValue name = KeyValue.newBuilder()
                .setKey("service.name")
                .setValue(AnyValue.newBuilder().setStringValue(service))
                .build();
        return ExportTraceServiceRequest.newBuilder()
                .addResourceSpans(ResourceSpans.newBuilder()
                        .setResource(Resource.newBuilder().addAttributes(name))
                        .addScopeSpans(scopes)
                        .setSchemaUrl(url))
                .build();
    }

    private ExportTraceServiceRequest merged(Message... messages) throws Exception {
        List<OtlpRequest> requests = new ArrayList<>();
        for (Message message : messages) {
            requests.add(request(Signal.TRACES, message));
        }
        return ExportTraceServiceRequest.parseFrom(Requests.bytes(merge(Signal.TRACES), requests));
    }

    @Test
    void merge_sameResourceAndScope_becomesOne() throws Exception {
        ExportTraceServiceRequest merged = merged(
                traces("shop", "lib", "u", "a", "b"), traces("shop", "lib", "u", "c"), traces("shop", "lib", "u", "d"));
        assertThat(merged).isEqualTo(traces("shop", "lib", "u", "a", "b", "c", "d"));
    }

    /** A request that did not fit is added to the next batch, and one may be added wherever it is: it stays as it is. */
    @Test
    void request_mergedAgainAndAgain_givesTheSame() throws Exception {
        for (int scopes : new int[] {1, 2, 5}) {
            ExportTraceServiceRequest.Builder one = traces("shop", "lib", "u", "a", "b").toBuilder();
            for (int i = 1; i < scopes; i++) {
                one.getResourceSpansBuilder(0)
                        .addScopeSpans(traces("", "lib" + i, "u", "c")
                                .getResourceSpans(0)
                                .getScopeSpans(0));
            }
            OtlpRequest first = request(Signal.TRACES, one.build());
            OtlpRequest second = request(Signal.TRACES, traces("shop", "lib", "u", "d"));
            List<OtlpRequest> requests = List.of(first, second, first, first);
            OtlpMerge merge = merge(Signal.TRACES);
            byte[] once = Requests.bytes(merge, requests);
            assertThat(Requests.bytes(merge, requests)).isEqualTo(once);
            assertThat(merge.add(first, 1)).isGreaterThan(1);
            assertThat(Requests.bytes(merge, requests)).isEqualTo(once);
            assertThat(Requests.bytes(merge(Signal.TRACES), List.of(first)))
                    .isEqualTo(one.build().toByteArray());
        }
    }

    @Test
    void merge_sameResource_otherScope_sharesTheResource() throws Exception {
        ExportTraceServiceRequest merged = merged(
                traces("shop", "one", "u", "a"),
                traces("shop", "two", "u", "b"),
                traces("shop", "two", "u", "c"),
                traces("shop", "one", "u", "d"));
        assertThat(merged.getResourceSpansCount()).isEqualTo(1);
        assertThat(merged.getResourceSpans(0).getScopeSpansList())
                .extracting(scope -> scope.getScope().getName() + scope.getSpansCount())
                .containsExactly("one1", "two2", "one1");
    }

    @Test
    void merge_otherResource_orSchemaUrl_staysApart() throws Exception {
        ExportTraceServiceRequest merged = merged(
                traces("shop", "lib", "u", "a"), traces("till", "lib", "u", "b"), traces("till", "lib", "v", "c"));
        assertThat(merged.getResourceSpansList())
                .containsExactly(
                        traces("shop", "lib", "u", "a").getResourceSpans(0),
                        traces("till", "lib", "u", "b").getResourceSpans(0),
                        traces("till", "lib", "v", "c").getResourceSpans(0));
    }

    /** A field from the future may mean anything: what has one stays alone. */
    @Test
    void merge_unknownFieldInAnEnvelope_staysApart() throws Exception {
        com.google.protobuf.UnknownFieldSet future = com.google.protobuf.UnknownFieldSet.newBuilder()
                .addField(
                        1000,
                        com.google.protobuf.UnknownFieldSet.Field.newBuilder()
                                .addVarint(7)
                                .build())
                .build();
        ExportTraceServiceRequest.Builder odd = traces("shop", "lib", "u", "a").toBuilder();
        odd.getResourceSpansBuilder(0).setUnknownFields(future);
        ExportTraceServiceRequest merged = merged(odd.build(), odd.build(), traces("shop", "lib", "u", "b"));
        assertThat(merged.getResourceSpansList())
                .containsExactly(
                        odd.getResourceSpans(0),
                        odd.getResourceSpans(0),
                        traces("shop", "lib", "u", "b").getResourceSpans(0));
    }

    /** Of requests at random, repeated at random: the same items, in their order, under the same envelopes. */
    @ParameterizedTest
    @EnumSource(names = "PROFILES", mode = EnumSource.Mode.EXCLUDE)
    void merge_anything_parsesToTheSameItems_andSaysHowLargeItGets(Signal signal) {
        Random random = new Random(7);
        int saved = 0;
        for (int round = 0; round < 150; round++) {
            OtlpMerge merge = merge(signal);
            List<List<Message>> expected = new ArrayList<>();
            int limit = random.nextInt(60_000);
            int bytes = 0;
            int received = 0;
            for (int i = 0; i < 12; i++) {
                Message message = message(signal, random.nextInt(3), random);
                OtlpRequest request = request(signal, message);
                int added = merge.add(request, limit - bytes);
                assertThat(added).isLessThanOrEqualTo(request.body().length);
                if (added <= limit - bytes) {
                    bytes += added;
                    received += request.body().length;
                    expected.addAll(whole(Requests.items(
                            Requests.parse(signal, request.body()).orElseThrow())));
                }
            }
            byte[] merged = finish(merge);
            assertThat(merged).hasSize(bytes);
            assertThat(bytes).isLessThanOrEqualTo(limit);
            assertThat(whole(Requests.items(Requests.parse(signal, merged).orElseThrow())))
                    .isEqualTo(expected);
            assertThat(settled.getAndSet(0)).isEqualTo(received);
            saved += received - bytes;
        }
        assertThat(saved).isGreaterThan(2_000);
    }

    private static Message message(Signal signal, int seed, Random random) {
        return random.nextBoolean()
                ? RandomMessages.request(signal, seed)
                : Requests.parse(signal, Requests.random(signal, seed, 3)).orElseThrow();
    }

    private static byte[] finish(OtlpMerge merge) {
        try (Payload payload = merge.finish()) {
            return Requests.bytes(payload.body());
        }
    }

    /** Without envelopes that hold no item: of equal ones, one is as good as two. */
    private static List<List<Message>> whole(List<List<Message>> items) {
        return items.stream().filter(path -> path.size() > 3).toList();
    }

    @Test
    void pieces_ofMergedRequests_areWhatTheSendersSent() {
        OtlpMerge merge = merge(Signal.TRACES);
        List<OtlpRequest> requests = List.of(
                request(Signal.TRACES, traces("shop", "lib", "u", "a", "b")),
                request(Signal.TRACES, traces("shop", "lib", "u", "c")));
        requests.forEach(request -> merge.add(request, Integer.MAX_VALUE));
        try (Payload payload = merge.finish()) {
            assertThat(payload.bytes())
                    .isLessThan(requests.get(0).body().length + requests.get(1).body().length);
            assertThat(payload.items()).isEqualTo(3);
        }
    }
}
