package dev.interlock.testing;

/**
 * The settings of a check.
 *
 * @param seed the seed of all random choices
 * @param maxRuns the most runs of the search
 * @param maxOrders the most legal orders to try of one batch
 * @param concurrentRuns how many times each batch runs through the engine with calls at the same time
 */
record Settings(long seed, int maxRuns, int maxOrders, int concurrentRuns) {}
