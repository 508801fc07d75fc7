/** Runs the calls of a batch on bounded threads, in the order that their effects demand. */
@NullMarked
package dev.interlock.execution;

import org.jspecify.annotations.NullMarked;
