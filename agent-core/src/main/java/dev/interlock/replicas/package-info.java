/**
 * Limits that hold for all replicas of an application: caps on calls at a time, and resources that calls of different
 * replicas must not touch at the same time. A {@link dev.interlock.replicas.LimitServer} keeps them, such as Redis.
 */
@NullMarked
package dev.interlock.replicas;

import org.jspecify.annotations.NullMarked;
