/** What happens in a round while it happens, and the report of it afterwards: what ran when, and what waited for what. */
@NullMarked
package dev.interlock.event;

import org.jspecify.annotations.NullMarked;
