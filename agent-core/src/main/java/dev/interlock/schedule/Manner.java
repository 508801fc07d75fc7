package dev.interlock.schedule;

/**
 * How a round is run, apart from its limits.
 *
 * @param equalReads whether equal calls that only read run once
 * @param runsBeforeTurn whether the outermost interceptors need no turn, so that they run before it
 * @param usesExecutor whether a user's executor runs the calls; then only the owner starts them, if it can
 * @param listened whether listeners want to know what happens, and what waits for what
 * @param confined whether its owner runs all calls, see {@link Schedule#confine}
 */
public record Manner(boolean equalReads, boolean runsBeforeTurn, boolean usesExecutor, boolean listened, boolean confined) {}
