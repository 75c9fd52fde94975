package io.sluice.runtime.io;

import java.io.IOException;

/** More bytes came in one piece than its reader allows. The source stands somewhere inside of the piece: close it. */
public final class TooLongException extends IOException {

    private static final long serialVersionUID = 1;

    private final long allowedBytes;

    /** @param what the piece, as "line" or "frame of 70000 bytes" */
    public TooLongException(String what, long allowedBytes) {
        super("the " + what + " is longer than the " + allowedBytes + " bytes that are allowed");
        this.allowedBytes = allowedBytes;
    }

    public long allowedBytes() {
        return allowedBytes;
    }
}
