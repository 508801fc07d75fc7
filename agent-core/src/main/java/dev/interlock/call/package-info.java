/** Values: what the model asked for and what came of it. */
@NullMarked
package dev.interlock.call;

import org.jspecify.annotations.NullMarked;
