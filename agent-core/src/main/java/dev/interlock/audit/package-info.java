/** Compares what calls touched with what their effects say. Not exported. */
@NullMarked
package dev.interlock.audit;

import org.jspecify.annotations.NullMarked;
