/**
 * A round as a machine. It decides which call may start, must wait or must end, and why: events in, actions out. It
 * knows no threads, no clock and no user's code. Not exported; {@code execution} drives it.
 */
@NullMarked
package dev.interlock.schedule;

import org.jspecify.annotations.NullMarked;
