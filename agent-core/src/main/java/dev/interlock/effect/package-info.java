/**
 * What a call reads and writes: annotations and declarations, and the {@linkplain dev.interlock.effect.Access accesses}
 * that they give for the arguments of one call.
 *
 * <p>One thing can have several names, as files do: absolute and relative paths, letter case, links.
 * {@link dev.interlock.effect.Effects} and {@link dev.interlock.effect.Resource} say which names count as one.
 *
 * <p>No method of this package takes or returns null, nor an array or collection that holds null, unless its type says
 * so.
 */
@NullMarked
package dev.interlock.effect;

import org.jspecify.annotations.NullMarked;
