/**
 * Rounds that outlive a process: suspended rounds as data, and decisions about their pending calls, which may take
 * days.
 *
 * <p>No method of this package takes or returns null, nor an array or collection that holds null, unless its type says
 * so.
 */
@NullMarked
package dev.interlock.durable;

import org.jspecify.annotations.NullMarked;
