/**
 * Reports of what ran: what calls waited for, what was decisive, what to change; as text, JSON, traces and diagrams. Made
 * from {@link dev.interlock.event.RoundReport}s; the engine does not need it.
 */
@NullMarked
package dev.interlock.report;

import org.jspecify.annotations.NullMarked;
