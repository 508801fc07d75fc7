/** A command line for tasks in plain words, with a few real tools that stay within bounds. */
@NullMarked
package dev.interlock.task;

import org.jspecify.annotations.NullMarked;
