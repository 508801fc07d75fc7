/** Lets Micrometer's context propagation carry context to the threads of calls. Needs its library. */
@NullMarked
package dev.interlock.micrometer;

import org.jspecify.annotations.NullMarked;
