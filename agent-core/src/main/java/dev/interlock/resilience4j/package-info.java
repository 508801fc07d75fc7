/** Lets the user's Resilience4j rate limiters, circuit breakers and bulkheads guard tools. Needs Resilience4j. */
@NullMarked
package dev.interlock.resilience4j;

import org.jspecify.annotations.NullMarked;
