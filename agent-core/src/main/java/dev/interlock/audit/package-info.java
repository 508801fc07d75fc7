/** Holds what calls touched against what their effects say. Not exported. */
@NullMarked
package dev.interlock.audit;

import org.jspecify.annotations.NullMarked;
