package io.sluice.examples.shop;

/** What a request is answered with: a status and a JSON text. */
record Answer(int status, String json) {

    static Answer ok(String json) {
        return new Answer(200, json);
    }

    static Answer created(String json) {
        return new Answer(201, json);
    }

    /** @param message plain words without quotes or backslashes */
    static Answer error(int status, String message) {
        return new Answer(status, "{\"error\":\"" + message + "\"}");
    }
}
