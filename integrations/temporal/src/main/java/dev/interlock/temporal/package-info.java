/**
 * Rounds of tool calls as Temporal workflows. Begin with {@link dev.interlock.temporal.TemporalRounds}.
 *
 * <p>No method of this package takes or returns null, nor an array or collection that holds null, unless its type says
 * so.
 */
@NullMarked
package dev.interlock.temporal;

import org.jspecify.annotations.NullMarked;
