/**
 * Reports of what ran: what calls waited for, what decided the time, and what to change. They come as text, JSON,
 * traces and diagrams, made from {@link dev.interlock.event.RoundReport}s. The engine does not need this package.
 */
@NullMarked
package dev.interlock.report;

import org.jspecify.annotations.NullMarked;
