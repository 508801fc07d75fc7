package dev.interlock.schedule;

/**
 * How a round is run, apart from its limits.
 *
 * @param equalReads whether equal calls that only read are run once
 * @param asksFirst whether interceptors around the calls need no turn
 * @param usesExecutor whether a user's executor runs the calls: only the owner starts them then, if it can
 * @param listened whether listeners are told what happens, and what waits for what
 * @param confined whether its owner runs all calls, see {@link Schedule#confine}
 */
public record Manner(boolean equalReads, boolean asksFirst, boolean usesExecutor, boolean listened, boolean confined) {}
