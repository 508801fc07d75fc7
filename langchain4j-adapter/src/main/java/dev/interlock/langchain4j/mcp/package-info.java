/**
 * Tools of MCP servers, for the package above: where a tool comes from, which servers count, and which server learns of
 * an interrupt. Not for users; their settings are {@link
 * dev.interlock.langchain4j.ParallelTools.Builder#trustMcp(String)} and its variant with a resource.
 */
@NullMarked
package dev.interlock.langchain4j.mcp;

import org.jspecify.annotations.NullMarked;
