/** Checks that no event loop is blocked. */
@NullMarked
package dev.interlock.reactive;

import org.jspecify.annotations.NullMarked;
