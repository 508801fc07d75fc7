/** Values: what the model requested, and what came of it. */
@NullMarked
package dev.interlock.call;

import org.jspecify.annotations.NullMarked;
