package io.sluice.conformance;

import java.util.List;

/**
 * WireMock for OTLP/HTTP, grpc-java's server for OTLP/gRPC: one server a scenario, which can do everything.
 *
 * @param identities of servers and clients over TLS
 */
record ScriptedPeers(Identities identities) implements Peers {

    @Override
    public boolean shows(Answer answer) {
        return true;
    }

    @Override
    public boolean showsEverything() {
        return true;
    }

    @Override
    public Server open(Protocol protocol, List<Answer> answers) throws Exception {
        return protocol == Protocol.HTTP ? HttpServer.open(answers) : GrpcServer.open(answers);
    }

    @Override
    public Server openSecure(Protocol protocol, List<Answer> answers) throws Exception {
        return protocol == Protocol.HTTP
                ? HttpServer.openSecure(identities, answers)
                : GrpcServer.openSecure(identities, answers);
    }
}
