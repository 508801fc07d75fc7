/**
 * Rounds in JDK Flight Recorder: events of rounds, calls, waits and retries, where a recording enables them. Not
 * exported: a reader of a recording finds the events by their names, which begin with {@code dev.interlock}.
 */
@NullMarked
package dev.interlock.jfr;

import org.jspecify.annotations.NullMarked;
