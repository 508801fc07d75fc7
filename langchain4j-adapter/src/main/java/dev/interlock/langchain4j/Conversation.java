package dev.interlock.langchain4j;

/**
 * A conversation, within which an abandoned call holds its resources.
 *
 * @param of the service or loop that has the conversation
 * @param id the id of its memory, or of its only invocation
 */
record Conversation(Object of, Object id) {}
