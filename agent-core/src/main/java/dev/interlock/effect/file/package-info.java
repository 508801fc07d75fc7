/**
 * Effects in a file, {@code effects.json}: what tools read and write, and who said so. For people to read and change, for
 * programs to propose in.
 *
 * <p>No method of this package takes or returns null, nor an array or collection that holds null, unless its type says
 * so.
 */
@NullMarked
package dev.interlock.effect.file;

import org.jspecify.annotations.NullMarked;
