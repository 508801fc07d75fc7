/** References in the arguments of calls to results of earlier ones. */
@NullMarked
package dev.interlock.reference;

import org.jspecify.annotations.NullMarked;
