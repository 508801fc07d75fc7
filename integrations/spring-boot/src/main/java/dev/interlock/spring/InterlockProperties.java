package dev.interlock.spring;

import dev.interlock.effect.Undeclared;
import dev.interlock.effect.file.DeclaredBy;
import dev.interlock.execution.Concurrency;
import dev.interlock.footprint.Audit;
import dev.interlock.langchain4j.EarlyStart;
import dev.interlock.report.ReportContent;
import dev.interlock.support.CallerTransaction;
import dev.langchain4j.service.tool.ToolExecutionResult;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.core.io.Resource;
import org.springframework.util.unit.DataSize;

/**
 * The properties {@code interlock.*}. A property without a value is null, and the builder's default holds.
 *
 * @param enabled Whether tool calls run through Interlock at all.
 * @param installGlobally Whether AI services built by other code run through Interlock too, such as those
 *     with LangChain4j's @AiService, or of AiServices.builder.
 * @param propagateContext Whether MDC, locale, request attributes, security context and the values registered with
 *     Micrometer's context propagation reach every tool on every thread.
 * @param callerTransaction What happens to a response's calls while their caller has a transaction, which reaches no
 *     other thread: they run one after another on the caller's thread, in parallel outside the transaction, or an
 *     exception refuses them.
 * @param maxConcurrency How many calls of a round may run at the same time: a number, 'unlimited', 'io' or 'cpu'. 5 by
 *     default.
 * @param totalConcurrency How many calls may run at the same time over all rounds. Unlimited by default.
 * @param groups Limits that several tools share, by a name of your choice.
 * @param timeout The limit of one attempt of a call, from the start of its tool's body. None by default.
 * @param callTimeout The limit of a call with its waits and retries. None by default.
 * @param roundTimeout The limit of all calls of a response. Unfinished calls then time out, and the model gets that as
 *     their results. None by default.
 * @param gracePeriod How long an interrupted call may take to end before its round abandons it. 250 ms by default.
 * @param heldResourceTimeout How long a call waits for a resource that an abandoned call holds. 10 s by default.
 * @param maxCallsPerBatch How many calls of a response run; the others fail. Unlimited by default.
 * @param maxArgumentSize The longest arguments of a call, in bytes of UTF-8; a call with longer ones fails. Unlimited
 *     by default.
 * @param maxCallsPerInvocation How many calls the model may request in one invocation of an AI service. Unlimited by
 *     default.
 * @param maxCallsPerTool How many calls of each tool the model may request in one invocation; see also
 *     interlock.tools.*.max-calls. Unlimited by default.
 * @param maxRepeatedCalls In how many rounds in a row the model may repeat a call that gives the same result, at least
 *     2. Unlimited by default.
 * @param resultLimit The longest result of a call for the model.
 * @param effectsFiles Effects files, which say what tools read and write. A later file wins.
 * @param accept Which entries of effects files count in addition to declared ones: 'learnt' is possible.
 * @param undeclared How tools with unknown effects run: serial or parallel. Serial by default.
 * @param inference Whether Interlock infers from names and descriptions that a tool only reads. True by default.
 * @param mcp The MCP servers that you trust.
 * @param tools Settings of single tools, by their names.
 * @param failFast Whether the first call that does not succeed cancels the rest of its response's calls. False by
 *     default.
 * @param coalescing Whether equal reads of a response run only once. False by default.
 * @param chaining Whether arguments may refer to results of earlier calls of the same response. False by default.
 * @param exclusiveAcrossConversations Whether conflicting calls of different conversations exclude each other. False by
 *     default.
 * @param earlyStart Which calls of a streamed response start before it is complete: reads, all, or off. Reads by
 *     default.
 * @param overlappingHooks Whether hooks and callbacks of an AI service may run at the same time. False by default.
 * @param audit Whether Interlock compares what calls touch with their effects: 'report' reports differences, 'fail'
 *     also fails the call. Off by default.
 * @param loggingContext Whether the log's MDC holds round and call while a tool runs. False by default.
 * @param journal The file that keeps rounds, so that they survive the end of the process.
 * @param reports What the actuator's endpoint and observations keep and show of ended rounds.
 * @param health When the health indicator reports the application as down.
 * @param shutdown What happens to running calls when the application stops.
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
        @DefaultValue Journal journal,
        @DefaultValue Reports reports,
        @DefaultValue Health health,
        @DefaultValue Shutdown shutdown) {

    /**
     * A limit that several tools share.
     *
     * @param maxConcurrency How many calls of these tools together may run at the same time, over all rounds.
     * @param tools The names of the tools; a name that ends in '*' stands for all names that begin with the rest.
     */
    record Group(int maxConcurrency, @DefaultValue List<String> tools) {}

    /**
     * The limit of results.
     *
     * @param maxSize The longest result of a call for the model, in bytes of UTF-8. Unlimited by default.
     * @param whenLonger What happens to a longer result: Interlock cuts it, or the call fails.
     */
    record ResultSize(
            @Nullable DataSize maxSize,
            @DefaultValue("cut") dev.interlock.execution.ResultLimit.WhenLonger whenLonger) {}

    /**
     * MCP servers.
     *
     * @param trusted The keys of the clients whose servers you trust to say what their tools do.
     * @param resources By the key of a trusted client, the one resource that all tools of its server touch.
     * @param catalogue Whether the catalogue of widely used servers counts for trusted servers. True by default.
     */
    record Mcp(
            @DefaultValue List<String> trusted,
            @DefaultValue Map<String, String> resources,
            @Nullable Boolean catalogue) {}

    /**
     * The journal in a file. A bean of RoundJournal takes its place.
     *
     * @param file The file that keeps what rounds are about to do and have done. One process has it at a time. None by
     *     default.
     * @param syncEvery How long after a write the file is synced at the latest, while no call waits for that. By
     *     default calls that may change something wait for the disk.
     * @param compactAbove The size from which on ended rounds are removed from the file. 16 MB by default.
     */
    record Journal(
            @Nullable Path file,
            @Nullable Duration syncEvery,
            @Nullable DataSize compactAbove) {}

    /**
     * What Interlock keeps of rounds.
     *
     * @param rounds How many of the last rounds to keep, where the actuator's endpoint is exposed.
     * @param arguments Whether reports show the arguments of calls, which may be confidential.
     * @param results Whether reports show results and messages of failures.
     * @param maxLength The most characters that a report shows of an argument or a result.
     */
    record Reports(
            @DefaultValue("100") int rounds,
            @DefaultValue("false") boolean arguments,
            @DefaultValue("false") boolean results,
            @DefaultValue("200") int maxLength) {

        /** Rejects numbers below 1, also where nothing uses them yet. */
        Reports {
            atLeast(1, rounds, "interlock.reports.rounds");
            atLeast(1, maxLength, "interlock.reports.max-length");
        }

        ReportContent content() {
            return new ReportContent(arguments, results, maxLength, Reports::text);
        }

        /** The text that the model got. */
        private static String text(@Nullable Object result) {
            return result instanceof ToolExecutionResult told ? told.resultText() : String.valueOf(result);
        }
    }

    /**
     * The health indicator.
     *
     * @param maxAbandoned The most abandoned calls of an application that is up; with more it is down.
     */
    record Health(@DefaultValue("10") int maxAbandoned) {

        /** Rejects a negative number, with which the application would never be up. */
        Health {
            atLeast(0, maxAbandoned, "interlock.health.max-abandoned");
        }
    }

    /**
     * The application's end.
     *
     * @param timeout How long calls may still run when the application stops, before Interlock cancels them. By default
     *     nine tenths of spring.lifecycle.timeout-per-shutdown-phase.
     */
    record Shutdown(@Nullable Duration timeout) {

        /** Rejects a negative time. */
        Shutdown {
            if (timeout != null && timeout.isNegative()) {
                throw new InvalidConfigurationPropertyValueException(
                        "interlock.shutdown.timeout", timeout, "must be >= 0 ms, was " + timeout.toMillis() + " ms");
            }
        }
    }

    private static void atLeast(int least, int value, String property) {
        if (value < least) {
            throw new InvalidConfigurationPropertyValueException(
                    property, value, "must be >= " + least + ", was " + value);
        }
    }
}
