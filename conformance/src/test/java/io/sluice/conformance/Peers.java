package io.sluice.conformance;

import java.util.List;

/** Where the servers of a run come from. */
interface Peers {

    /** Whether a server here can give this answer; one that cannot is not asked for it. */
    boolean shows(Answer answer);

    /** Whether a server here sees each header and takes every path. */
    boolean showsEverything();

    Server open(Protocol protocol, List<Answer> answers) throws Exception;

    /** One that speaks TLS and wants to see a client's certificate, both by {@link #identities()}. */
    Server openSecure(Protocol protocol, List<Answer> answers) throws Exception;

    Identities identities();
}
