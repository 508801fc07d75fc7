/**
 * What a call reads and writes: the annotations and declarations of it, and the {@linkplain dev.interlock.effect.Access
 * accesses} they come to for the arguments of one call.
 *
 * <p>Where the same thing can have several names, as files have, {@link dev.interlock.effect.Effects} and {@link
 * dev.interlock.effect.Resource} say which are taken for one: a path that is absolute and one that is not, letter case, links.
 *
 * <p>No method of this package takes or returns null, nor an array or collection that holds null, unless its type says
 * so.
 */
@NullMarked
package dev.interlock.effect;

import org.jspecify.annotations.NullMarked;
