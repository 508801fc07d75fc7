/**
 * Hands out what the rounds of one executor share, as a machine without threads; see
 * {@link dev.interlock.share.SharedLimits}.
 */
@NullMarked
package dev.interlock.share;

import org.jspecify.annotations.NullMarked;
