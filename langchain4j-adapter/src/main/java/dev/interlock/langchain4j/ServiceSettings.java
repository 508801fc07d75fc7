package dev.interlock.langchain4j;

/**
 * The settings of all services of one {@link ParallelTools} that the engine does not know.
 *
 * @param limits the limits of calls and repeats in one invocation
 * @param earlyStart which calls start before the response is complete
 * @param overlappingHooks whether hooks and callbacks of one invocation may run at the same time
 */
record ServiceSettings(CallLimits limits, EarlyStart earlyStart, boolean overlappingHooks) {}
