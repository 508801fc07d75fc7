/** Effects of tools from what their calls were seen to touch. */
@NullMarked
package dev.interlock.learn;

import org.jspecify.annotations.NullMarked;
