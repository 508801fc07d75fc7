/** Keeps the limits of all replicas in Redis. Needs Redisson. */
@NullMarked
package dev.interlock.replicas.redis;

import org.jspecify.annotations.NullMarked;
