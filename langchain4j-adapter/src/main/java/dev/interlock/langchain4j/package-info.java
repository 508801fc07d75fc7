/**
 * Runs the tool calls of LangChain4j's AI services through Interlock.
 *
 * <p>Start at {@link dev.interlock.langchain4j.ParallelTools}. The classes that touch LangChain4j's internals are
 * package-private, or in packages below, which are not for users; {@code docs/adr} lists them.
 */
// A map for those who change it. Behind ParallelTools: InterlockToolService stands where LangChain4j executes tools,
// and HandWrittenLoop serves loops of users. A ToolLoop or StreamedResponse runs each response's calls, which
// RequestCallFactory makes (RequestCall, a HookedCall) of requests whose arguments RequestArguments reads, in a round
// of ServiceRounds; ServiceHooks has what the user has set around them, and ServiceConversations their memories.
// StreamedCalls starts calls early, and Confirmation and EarlyRuns say what of that counts. ToolBindings knows the
// tools, InvocationLimits the limits of calls, Turnstile whose hook is next, RequestIds which ids are distinct, and
// MemoryCompletion sees that no request is left without a result.
@NullMarked
package dev.interlock.langchain4j;

import org.jspecify.annotations.NullMarked;
