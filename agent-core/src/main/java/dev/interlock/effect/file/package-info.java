/**
 * Effects in a file, {@code effects.json}: what tools read and write, and who says so. People read and change it;
 * programs add proposals.
 *
 * <p>No method of this package takes or returns null, nor an array or collection that holds null, unless its type says
 * so.
 */
@NullMarked
package dev.interlock.effect.file;

import org.jspecify.annotations.NullMarked;
