/**
 * Rounds in JDK Flight Recorder: events of rounds, calls, waits and retries, where a recording has them enabled. Not
 * exported: whoever reads a recording finds them by their names, which begin with {@code dev.interlock}.
 */
@NullMarked
package dev.interlock.jfr;

import org.jspecify.annotations.NullMarked;
