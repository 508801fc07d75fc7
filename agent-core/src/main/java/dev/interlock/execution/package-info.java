/** Runs the calls of a batch on a bounded number of threads, in the order that their effects require. */
@NullMarked
package dev.interlock.execution;

import org.jspecify.annotations.NullMarked;
