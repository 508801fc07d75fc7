package dev.interlock.langchain4j;

/**
 * What holds for all services of one {@link ParallelTools}, beside what the engine knows.
 *
 * @param limits of calls and repeats in one invocation
 * @param earlyStart which calls start before the response is complete
 * @param overlappingHooks whether hooks and callbacks of one invocation may run at the same time
 */
record ServiceSettings(CallLimits limits, EarlyStart earlyStart, boolean overlappingHooks) {}
