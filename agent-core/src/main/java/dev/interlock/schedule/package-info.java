/**
 * A round as a machine: which call may start, must wait, or has to end, and why. Events in, actions out; it knows no thread,
 * no clock and no code of a user. Not exported: {@code execution} drives it.
 */
@NullMarked
package dev.interlock.schedule;

import org.jspecify.annotations.NullMarked;
