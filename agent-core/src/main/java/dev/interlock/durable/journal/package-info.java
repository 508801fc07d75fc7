/**
 * Journals of rounds: records of what was about to happen and what has happened, so that rounds survive their process.
 *
 * <p>No method of this package takes or returns null, nor an array or collection that holds null, unless its type says
 * so.
 */
@NullMarked
package dev.interlock.durable.journal;

import org.jspecify.annotations.NullMarked;
