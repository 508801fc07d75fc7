/** Limits how often tools are called, over all replicas. Needs Bucket4j. */
@NullMarked
package dev.interlock.replicas.rates;

import org.jspecify.annotations.NullMarked;
