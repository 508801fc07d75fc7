/** References in a call's arguments to results of earlier calls. */
@NullMarked
package dev.interlock.reference;

import org.jspecify.annotations.NullMarked;
