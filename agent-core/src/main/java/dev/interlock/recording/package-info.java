/** What the bodies of calls touch while they run, and the thread-local for it. Not exported. */
@NullMarked
package dev.interlock.recording;

import org.jspecify.annotations.NullMarked;
