package io.sluice.agent.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.profiles.v1development.ExportProfilesServiceRequest;
import io.opentelemetry.proto.profiles.v1development.Profile;
import io.opentelemetry.proto.profiles.v1development.ProfilesDictionary;
import io.opentelemetry.proto.profiles.v1development.ResourceProfiles;
import io.opentelemetry.proto.profiles.v1development.Sample;
import io.opentelemetry.proto.profiles.v1development.ScopeProfiles;
import io.sluice.batching.AccountSnapshot;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Profiles: checked, counted, and passed on as they came, each request with the dictionary that it refers to. */
@Timeout(60)
class ProfilesTest {

    private static final String PATH = "/v1development/profiles";

    private static byte[] request(int number, int profiles) {
        ScopeProfiles.Builder scope = ScopeProfiles.newBuilder();
        for (int i = 0; i < profiles; i++) {
            scope.addProfiles(Profile.newBuilder()
                    .setProfileId(ByteString.copyFrom(
                            new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, (byte) number, (byte) i}))
                    .addSamples(Sample.newBuilder().setStackIndex(1).addValues(-5)));
        }
        return ExportProfilesServiceRequest.newBuilder()
                .addResourceProfiles(ResourceProfiles.newBuilder().addScopeProfiles(scope))
                .setDictionary(
                        ProfilesDictionary.newBuilder().addStringTable("").addStringTable("żółć " + number))
                .build()
                .toByteArray();
    }

    @Test
    void requests_arePassedOnOneByOne_andCountedByProfile() throws Exception {
        try (SidecarRun run = new SidecarRun("sluice.sidecar.batch.delay", "10s")) {
            List<byte[]> driven = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                driven.add(request(i, 3));
                assertThat(run.post(PATH, driven.get(i)).statusCode()).isEqualTo(200);
            }
            AccountSnapshot account = run.drained("profiles");
            assertThat(account.accepted()).isEqualTo(60);
            assertThat(account.delivered()).isEqualTo(60);
            assertThat(run.backend.at(PATH)).containsExactlyInAnyOrderElementsOf(driven);
        }
    }

    @Test
    void malformedProfile_isRefused_andItsFieldNamed() throws Exception {
        try (SidecarRun run = new SidecarRun()) {
            byte[] request = ExportProfilesServiceRequest.newBuilder()
                    .addResourceProfiles(ResourceProfiles.newBuilder()
                            .addScopeProfiles(ScopeProfiles.newBuilder()
                                    .addProfiles(Profile.newBuilder().setProfileId(ByteString.copyFrom(new byte[3])))))
                    .build()
                    .toByteArray();
            HttpResponse<byte[]> response = run.post(PATH, request);
            assertThat(response.statusCode()).isEqualTo(400);
            assertThat(new String(response.body(), StandardCharsets.UTF_8))
                    .contains("Profile.profile_id: an id of 3 bytes, not 16");
            assertThat(run.drained("profiles").offered()).isZero();
            assertThat(run.backend.at(PATH)).isEmpty();
        }
    }
}
