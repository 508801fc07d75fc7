package dev.interlock.testing;

/**
 * How a check goes about it.
 *
 * @param seed of everything that is drawn
 * @param maxRuns how many runs, at most, the search takes
 * @param maxOrders how many legal orders of one batch are tried, at most
 * @param concurrentRuns how often each batch is run through the engine as it is
 */
record Settings(long seed, int maxRuns, int maxOrders, int concurrentRuns) {}
