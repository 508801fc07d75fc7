/** What happens in a round while it happens, and the report of it afterwards. */
@NullMarked
package dev.interlock.event;

import org.jspecify.annotations.NullMarked;
