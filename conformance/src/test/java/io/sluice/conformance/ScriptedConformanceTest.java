package io.sluice.conformance;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Every line, with peers at the far end that do what the line is about. */
class ScriptedConformanceTest extends ConformanceSuite {

    @BeforeAll
    static void run(@TempDir Path folder) throws Exception {
        run("scripted peers", new ScriptedPeers(Identities.issue(folder)));
    }
}
