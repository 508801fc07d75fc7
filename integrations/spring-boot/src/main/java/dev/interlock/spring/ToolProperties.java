package dev.interlock.spring;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The settings {@code interlock.tools.*} of one tool.
 *
 * @param timeout The limit of one attempt, from its body's start. interlock.timeout by default.
 * @param callTimeout The limit of a call with its waits and retries. interlock.call-timeout by default.
 * @param maxConcurrency How many calls of the tool may run at the same time, over all rounds. Unlimited by default.
 * @param priority Of calls that are ready at the same time, the one with the higher priority starts first. 0 by
 *     default.
 * @param idempotent Whether running a call twice has no more effect than running it once. False by default.
 * @param references Whether arguments may refer to results of earlier calls, where chaining is on. By default only for
 *     tools that only read.
 * @param parameterReferences The same for single parameters, by name.
 * @param maxCalls How many calls of the tool the model may request in one invocation of an AI service.
 * @param retry Whether and when another attempt follows a failed one. Never by default.
 * @param effects What the tool reads and writes. This wins over all other sources.
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
     * When another attempt follows a failed one. This applies only to calls that change nothing or are idempotent.
     *
     * @param maxAttempts The most attempts of a call, the first included. 3 by default.
     * @param initialDelay The wait before the second attempt. 200 ms by default.
     * @param maxDelay The longest wait, unless the failure asks for a longer one. 10 s by default.
     * @param multiplier The factor from each wait to the next. 2 by default.
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
     * @param pure Whether the tool computes from its arguments alone. It then reads and writes nothing.
     * @param exclusive Whether the tool's calls run alone.
     * @param exclusiveResource A resource that no other call may touch meanwhile, such as 'session'.
     * @param reads What the tool reads, such as 'account/{id}'. A name in braces stands for the argument of that name.
     * @param writes What the tool writes, such as 'account/{id}'.
     * @param paths By the name of a parameter that holds a path, the base of relative paths.
     * @param ignoringCase Parameters where letter case does not matter.
     * @param followingLinks Parameters whose symbolic links Interlock follows.
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
