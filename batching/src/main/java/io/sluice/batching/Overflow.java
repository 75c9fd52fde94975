package io.sluice.batching;

/** What happens to an item that meets a full inbox. */
public enum Overflow {
    /** The new item is refused and counted; the OpenTelemetry specification's behaviour, and the default. */
    DROP_NEWEST
}
