/**
 * Rounds that outlive a process: a round that waits for what may take days, as data, and what is decided of its calls.
 *
 * <p>No method of this package takes or returns null, nor an array or collection that holds null, unless its type says
 * so.
 */
@NullMarked
package dev.interlock.durable;

import org.jspecify.annotations.NullMarked;
