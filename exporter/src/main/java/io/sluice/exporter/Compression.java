package io.sluice.exporter;

/** How a request body is compressed. */
public enum Compression {
    NONE,
    GZIP
}
