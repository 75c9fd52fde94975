package io.sluice.examples.shop;

import java.util.Map;

/** What the shop does for one path. Any thread. */
interface Route {

    /**
     * Answers one request.
     *
     * @param parameters of the query and of a form in the body, decoded
     * @throws Exception if it cannot be answered; the caller gets 500
     */
    Answer answer(Map<String, String> parameters) throws Exception;
}
