/** Keeps the limits of all replicas in PostgreSQL. */
@NullMarked
package dev.interlock.replicas.postgres;

import org.jspecify.annotations.NullMarked;
