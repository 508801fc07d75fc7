/**
 * Runs the tool calls of Spring AI's chat clients through Interlock.
 *
 * <p>Start at {@link dev.interlock.springai.InterlockToolCallingManager}.
 */
// A map for maintainers. InterlockToolCallingManager takes the place of Spring AI's manager. A ResponseRun executes one
// response: RequestTools finds its tools, TurnLimits and ResponseEnd decide which calls do not run, and the others run
// as SpringCalls in a round. ToolBindings knows what tools touch: CallbackOrigin finds what stands behind a callback,
// ServedOrigin does so for an MCP server's tool, and McpTrust decides which hints count.
@NullMarked
package dev.interlock.springai;

import org.jspecify.annotations.NullMarked;
