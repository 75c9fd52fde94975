package io.sluice.exporter.transport;

/**
 * A complete request.
 *
 * @param body decompressed, and the receiver's to keep
 * @param bodyBytesOnWire size of the body as it was sent
 * @param reservation what was held for it when it was admitted, grown since; from here on the handler's to give back
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, not compared
public record HttpRequest(HttpHead head, byte[] body, int bodyBytesOnWire, Reservation reservation) {}
