/**
 * What a call reads and writes: the annotations and declarations of it, and the {@linkplain dev.interlock.effect.Access
 * accesses} they come to for the arguments of one call.
 *
 * <p>No method of this package takes or returns null, nor an array or collection that holds null, unless its type says
 * so.
 */
@NullMarked
package dev.interlock.effect;

import org.jspecify.annotations.NullMarked;
