/** What bodies of calls touch while they run, and the thread-local that leads to it. Not exported. */
@NullMarked
package dev.interlock.recording;

import org.jspecify.annotations.NullMarked;
