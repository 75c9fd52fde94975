package io.sluice.agent.cli;

/** How a process of ours ends; 0 is success. Said in {@code --help} and docs/sidecar.md. */
final class ExitCodes {

    static final int LOST = 1;
    static final int BAD_SETTINGS = 2;
    static final int CANNOT_LISTEN = 3;
    static final int CUT_SHORT = 4;

    private ExitCodes() {}
}
