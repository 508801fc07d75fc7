/** Learns the effects of tools from what their observed calls touched. */
@NullMarked
package dev.interlock.learn;

import org.jspecify.annotations.NullMarked;
