package dev.interlock.spring;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What {@code interlock.tools.*} says of one tool.
 *
 * @param timeout The limit of one attempt, from its body's start. That of all tools by default.
 * @param callTimeout The limit of a call with its waits and retries. That of all tools by default.
 * @param maxConcurrency How many calls of the tool may run at the same time, in all rounds. Unlimited by default.
 * @param priority Among calls that are ready at the same time the higher starts first. 0 by default.
 * @param idempotent Whether running a call twice does no more than running it once. False by default.
 * @param references Whether arguments may refer to results of earlier calls, where calls are chained. Only those of reading tools by default.
 * @param parameterReferences The same for single parameters, by their names.
 * @param maxCalls How many calls of the tool the model may ask for in one invocation of an AI service.
 * @param retry Whether and when a failed attempt is followed by another. Never by default.
 * @param effects What the tool reads and writes. It wins over all other sources.
 */
record ToolProperties(
        @Nullable Duration timeout,
        @Nullable Duration callTimeout,
        @Nullable Integer maxConcurrency,
        @Nullable Integer priority,
        @Nullable Boolean idempotent,
        @Nullable Boolean references,
        @DefaultValue Map<String, Boolean> parameterReferences,
        @Nullable Integer maxCalls,
        @Nullable Retry retry,
        @Nullable EffectsProperties effects) {

    /**
     * When a failed attempt is followed by another: only of calls that are known to change nothing, or to be idempotent.
     *
     * @param maxAttempts The most attempts of a call, the first included. 3 by default.
     * @param initialDelay The wait before the second attempt. 200 ms by default.
     * @param maxDelay The longest wait, unless the failure asks for a longer one. 10 s by default.
     * @param multiplier By how much each wait is longer than the one before. 2 by default.
     * @param jitter Which part of a wait is random, from 0 to 1. One half by default.
     */
    record Retry(
            @Nullable Integer maxAttempts,
            @Nullable Duration initialDelay,
            @Nullable Duration maxDelay,
            @Nullable Double multiplier,
            @Nullable Double jitter) {}

    /**
     * What a tool reads and writes.
     *
     * @param pure Whether it computes from its arguments alone: it reads and writes nothing.
     * @param exclusive Whether its calls run alone.
     * @param exclusiveResource What its calls have for themselves, such as 'session'.
     * @param reads What it reads, such as 'account/{id}'; a name in braces stands for the argument of that name.
     * @param writes What it writes, such as 'account/{id}'.
     * @param paths By the name of a parameter that holds a path: what relative ones are relative to.
     * @param ignoringCase Parameters in which upper and lower case are the same.
     * @param followingLinks Parameters whose paths are followed through symbolic links.
     */
    record EffectsProperties(
            @DefaultValue("false") boolean pure,
            @DefaultValue("false") boolean exclusive,
            @Nullable String exclusiveResource,
            @DefaultValue List<String> reads,
            @DefaultValue List<String> writes,
            @DefaultValue Map<String, String> paths,
            @DefaultValue List<String> ignoringCase,
            @DefaultValue List<String> followingLinks) {}
}
