package io.sluice.conformance;

import java.util.List;

/** WireMock for OTLP/HTTP, grpc-java's server for OTLP/gRPC: one server a scenario, which can do everything. */
final class ScriptedPeers implements Peers {

    @Override
    public Server open(Protocol protocol, List<Answer> answers) throws Exception {
        return protocol == Protocol.HTTP ? HttpServer.open(answers) : GrpcServer.open(answers);
    }

    @Override
    public Server openSecure(Protocol protocol, Identities identities, List<Answer> answers) throws Exception {
        return protocol == Protocol.HTTP
                ? HttpServer.openSecure(identities, answers)
                : GrpcServer.openSecure(identities, answers);
    }
}
