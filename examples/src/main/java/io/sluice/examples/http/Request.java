package io.sluice.examples.http;

/**
 * The head of a request, as far as this server cares.
 *
 * @param keepAlive whether the connection may serve another one
 * @param bodyBytes how long the body is, which follows
 */
record Request(String method, String path, boolean keepAlive, int bodyBytes) {}
