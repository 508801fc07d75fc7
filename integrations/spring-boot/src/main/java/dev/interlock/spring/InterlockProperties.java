package dev.interlock.spring;

import dev.interlock.effect.Undeclared;
import dev.interlock.effect.file.DeclaredBy;
import dev.interlock.execution.Concurrency;
import dev.interlock.footprint.Audit;
import dev.interlock.langchain4j.EarlyStart;
import dev.interlock.report.ReportContent;
import dev.langchain4j.service.tool.ToolExecutionResult;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.core.io.Resource;
import org.springframework.util.unit.DataSize;

/**
 * The properties {@code interlock.*}. What is not set is null, and the builder's own default holds.
 *
 * @param enabled Whether tool calls run through Interlock at all.
 * @param installGlobally Whether AI services that others build run through it too, such as those with LangChain4j's @AiService, or of AiServices.builder.
 * @param propagateContext Whether MDC, locale, request attributes, security context and what is registered with Micrometer's context propagation reach every tool, on whatever thread it runs.
 * @param callerTransaction What becomes of a response's calls while their caller has a transaction, which does not reach a call on another thread: one after another on the caller's thread, in parallel without it, or refused.
 * @param maxConcurrency How many calls of a round may run at the same time: a number, 'unlimited', 'io' or 'cpu'. 5 by default.
 * @param totalConcurrency How many calls may run at the same time in all rounds together. Unlimited by default.
 * @param groups Limits of tools together, by a name of your choice.
 * @param timeout The limit of one attempt of a call, from the start of its tool's body. None by default.
 * @param callTimeout The limit of a call with its waits and retries. None by default.
 * @param roundTimeout The limit of all calls of a response; what is unfinished then has timed out, and the model is told. None by default.
 * @param gracePeriod How long an interrupted call may take to end before it is abandoned. 250 ms by default.
 * @param heldResourceTimeout How long a call waits for a resource that an abandoned call holds. 10 s by default.
 * @param maxCallsPerBatch How many calls of a response are run; the others fail. Unlimited by default.
 * @param maxArgumentSize How long the arguments of a call may be, in UTF-8; a call with longer ones fails. Unlimited by default.
 * @param maxCallsPerInvocation How many calls the model may ask for in one invocation of an AI service. Unlimited by default.
 * @param maxCallsPerTool How many calls of each tool the model may ask for in one invocation; see also interlock.tools.*.max-calls. Unlimited by default.
 * @param maxRepeatedCalls In how many rounds in a row the model may repeat a call that gives the same result, at least 2. Unlimited by default.
 * @param resultLimit How long what a call tells the model may be.
 * @param effectsFiles Files that say what tools read and write; a later one wins.
 * @param accept Which entries of effects files count beside declared ones: 'learnt' is possible.
 * @param undeclared What holds for tools of which nothing is known: serial, or parallel. Serial by default.
 * @param inference Whether it is inferred from names and descriptions that a tool only reads. True by default.
 * @param mcp MCP servers whose word counts.
 * @param tools What holds for single tools, by their names.
 * @param failFast Whether the first call that does not succeed cancels the rest of its response's calls. False by default.
 * @param coalescing Whether equal reads of a response are executed once. False by default.
 * @param chaining Whether arguments may refer to results of earlier calls of the same response. False by default.
 * @param exclusiveAcrossConversations Whether conflicting calls of different conversations exclude each other. False by default.
 * @param earlyStart Which calls of a streamed response start before it is complete: reads, all, or off. Reads by default.
 * @param overlappingHooks Whether hooks and callbacks of an AI service may run at the same time. False by default.
 * @param audit Whether calls are held against their effects: report, or fail, which fails such a call as well. Off by default.
 * @param loggingContext Whether the log's MDC names round and call while a tool runs. False by default.
 * @param reports What is kept and shown of rounds that have ended: by the actuator's endpoint, and in observations.
 * @param health When the health indicator says that the application is not well.
 * @param shutdown What becomes of calls that run when the application stops.
 */
@ConfigurationProperties("interlock")
record InterlockProperties(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("true") boolean installGlobally,
        @DefaultValue("true") boolean propagateContext,
        @DefaultValue("sequential") CallerTransaction callerTransaction,
        @Nullable Concurrency maxConcurrency,
        @Nullable Integer totalConcurrency,
        @DefaultValue Map<String, Group> groups,
        @Nullable Duration timeout,
        @Nullable Duration callTimeout,
        @Nullable Duration roundTimeout,
        @Nullable Duration gracePeriod,
        @Nullable Duration heldResourceTimeout,
        @Nullable Integer maxCallsPerBatch,
        @Nullable DataSize maxArgumentSize,
        @Nullable Integer maxCallsPerInvocation,
        @Nullable Integer maxCallsPerTool,
        @Nullable Integer maxRepeatedCalls,
        @DefaultValue ResultSize resultLimit,
        @DefaultValue List<Resource> effectsFiles,
        @DefaultValue List<DeclaredBy> accept,
        @Nullable Undeclared undeclared,
        @Nullable Boolean inference,
        @DefaultValue Mcp mcp,
        @DefaultValue Map<String, ToolProperties> tools,
        @Nullable Boolean failFast,
        @Nullable Boolean coalescing,
        @Nullable Boolean chaining,
        @Nullable Boolean exclusiveAcrossConversations,
        @Nullable EarlyStart earlyStart,
        @Nullable Boolean overlappingHooks,
        @Nullable Audit audit,
        @Nullable Boolean loggingContext,
        @DefaultValue Reports reports,
        @DefaultValue Health health,
        @DefaultValue Shutdown shutdown) {

    /**
     * A limit of some tools together.
     *
     * @param maxConcurrency How many calls of these tools together may run at the same time, in all rounds.
     * @param tools Names of the tools; one that ends in '*' stands for all that begin with the rest.
     */
    record Group(int maxConcurrency, @DefaultValue List<String> tools) {}

    /**
     * How long results may be.
     *
     * @param maxSize How long what a call tells the model may be, in UTF-8. Unlimited by default.
     * @param whenLonger What becomes of a longer one: it is cut, or the call fails.
     */
    record ResultSize(
            @Nullable DataSize maxSize,
            @DefaultValue("cut") dev.interlock.execution.ResultLimit.WhenLonger whenLonger) {}

    /**
     * MCP servers.
     *
     * @param trusted Keys of the clients whose servers are taken at their word about what their tools do.
     * @param resources By the key of a trusted client: the one resource that all tools of its server touch.
     * @param catalogue Whether the catalogue of widely used servers counts for those that are trusted. True by default.
     */
    record Mcp(
            @DefaultValue List<String> trusted,
            @DefaultValue Map<String, String> resources,
            @Nullable Boolean catalogue) {}

    /**
     * What is kept of rounds.
     *
     * @param rounds How many of the last rounds are kept.
     * @param arguments Whether reports show the arguments of calls, which may hold what not everyone should see.
     * @param results Whether reports show results and messages of failures.
     * @param maxLength How many characters of an argument or a result a report shows.
     */
    record Reports(
            @DefaultValue("100") int rounds,
            @DefaultValue("false") boolean arguments,
            @DefaultValue("false") boolean results,
            @DefaultValue("200") int maxLength) {

        ReportContent content() {
            return new ReportContent(arguments, results, maxLength, Reports::text);
        }

        /** What the model was told. */
        private static String text(@Nullable Object result) {
            return result instanceof ToolExecutionResult told ? told.resultText() : String.valueOf(result);
        }
    }

    /**
     * The health indicator.
     *
     * @param maxAbandoned How many abandoned calls the application may have and still be up; with more it is down.
     */
    record Health(@DefaultValue("10") int maxAbandoned) {}

    /**
     * The end of the application.
     *
     * @param timeout How long calls may go on when the application stops, before they are cancelled. By default nine tenths of spring.lifecycle.timeout-per-shutdown-phase.
     */
    record Shutdown(@Nullable Duration timeout) {}
}
