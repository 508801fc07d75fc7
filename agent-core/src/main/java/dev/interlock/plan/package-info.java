/** Which call waits for which, and why. Pure state, without threads or clocks. */
@NullMarked
package dev.interlock.plan;

import org.jspecify.annotations.NullMarked;
