/**
 * Tools of MCP servers, for the package above: whose a tool is, whose word counts, and who is told of an interrupt. Not for
 * users, whose settings are {@link dev.interlock.langchain4j.ParallelTools.Builder#trustMcp(String)} and that of its
 * resource.
 */
@NullMarked
package dev.interlock.langchain4j.mcp;

import org.jspecify.annotations.NullMarked;
