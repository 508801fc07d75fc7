/**
 * Runs the tool calls of LangChain4j's AI services through Interlock.
 *
 * <p>{@link dev.interlock.langchain4j.ParallelTools} is where to start. The classes that touch LangChain4j's internals are
 * package-private, or in packages below, which are not for users; {@code docs/adr} lists them.
 *
 * <p>Behind {@code ParallelTools}: {@code InterlockToolService} stands where LangChain4j executes tools, and
 * {@code HandWrittenLoop} serves loops of users. A {@code ToolLoop} or {@code StreamedResponse} runs each response's calls, which
 * {@code RequestCalls} makes ({@code RequestCall}, a {@code HookedCall}) of requests whose arguments {@code RequestArguments}
 * reads, in a round of {@code ServiceRounds}; {@code StreamedCalls} starts them early, and {@code Confirmation} and
 * {@code EarlyRuns} say what of that counts. {@code ToolBindings} knows the tools, {@code Invocations} the limits of calls,
 * {@code Turnstile} whose hook is next, {@code RequestIds} which ids are distinct, and {@code MemoryCompletion} sees that no
 * request is left without a result.
 */
@NullMarked
package dev.interlock.langchain4j;

import org.jspecify.annotations.NullMarked;
