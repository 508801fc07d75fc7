/**
 * Runs the tool calls of LangChain4j's AI services through Interlock.
 *
 * <p>{@link dev.interlock.langchain4j.ParallelTools} is where to start. The classes that touch LangChain4j's internals are
 * package-private, in this package or in that for tools of MCP servers, and listed in {@code docs/adr}.
 */
@NullMarked
package dev.interlock.langchain4j;

import org.jspecify.annotations.NullMarked;
