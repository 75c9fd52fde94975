package io.sluice.conformance;

import java.util.List;

/** Where the servers of a run come from. */
interface Peers {

    /** @throws CannotShow if no server here can give one of these answers */
    Server open(Protocol protocol, List<Answer> answers) throws Exception;

    /** One that speaks TLS and wants to see a client's certificate. */
    Server openSecure(Protocol protocol, Identities identities, List<Answer> answers) throws Exception;
}
