package io.sluice.exporter.transport;

import io.sluice.exporter.ExportResult;

/** The body of a successful answer: Export{Trace,Metrics,Logs}ServiceResponse, which have the same shape and numbers. */
public final class ExportResponse {

    private ExportResponse() {}

    /**
     * Delivered, or PartiallyRejected if a partial_success says something.
     *
     * @throws WireReader.MalformedException if it is no protobuf message
     */
    public static ExportResult parse(byte[] response) throws WireReader.MalformedException {
        WireReader reader = new WireReader(response);
        long rejectedItems = 0;
        String message = "";
        while (reader.next()) {
            if (reader.field() == 1 && reader.isDelimited()) {
                WireReader partial = reader.message();
                while (partial.next()) {
                    if (partial.field() == 1 && partial.isVarint()) {
                        rejectedItems = partial.varint();
                    } else if (partial.field() == 2 && partial.isDelimited()) {
                        message = partial.string();
                    }
                }
            }
        }
        return rejectedItems <= 0 && message.isEmpty()
                ? new ExportResult.Delivered()
                : new ExportResult.PartiallyRejected(Math.max(0, rejectedItems), ResponseText.clean(message));
    }
}
