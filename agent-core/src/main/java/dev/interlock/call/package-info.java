/** Values: the model's calls and their results. */
@NullMarked
package dev.interlock.call;

import org.jspecify.annotations.NullMarked;
