/** The events of a round while it runs, and its report afterwards: what ran when, and what waited for what. */
@NullMarked
package dev.interlock.event;

import org.jspecify.annotations.NullMarked;
