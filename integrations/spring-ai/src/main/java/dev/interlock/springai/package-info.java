/**
 * Runs the tool calls of Spring AI's chat clients through Interlock.
 *
 * <p>{@link dev.interlock.springai.InterlockToolCallingManager} is where to start.
 */
// A map for those who change it. InterlockToolCallingManager stands where Spring AI executes tools; a ResponseRun does
// so for one response: RequestTools finds its tools, TurnLimits and ResponseEnd say which calls are not to run, and the
// others run as SpringCalls in a round. ToolBindings knows what tools touch: CallbackOrigin finds what stands behind a
// callback, ServedOrigin that of an MCP server, and McpTrust says what of its word counts.
@NullMarked
package dev.interlock.springai;

import org.jspecify.annotations.NullMarked;
