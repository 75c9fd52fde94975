package io.sluice.examples.chat;

/** What one guest said. */
record Message(long guest, String text) {}
