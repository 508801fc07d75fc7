/**
 * A journal of rounds in a database that several processes may share.
 *
 * <p>No method of this package takes or returns null, nor an array or collection that holds null, unless its type says
 * so.
 */
@NullMarked
package dev.interlock.jdbc.journal;

import org.jspecify.annotations.NullMarked;
