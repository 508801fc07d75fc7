/** The command {@code interlock}: learns, checks and suggests effects of tools. */
@NullMarked
package dev.interlock.command;

import org.jspecify.annotations.NullMarked;
