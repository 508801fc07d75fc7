/** Tells which tables and rows calls read and write through a {@code DataSource}. */
@NullMarked
package dev.interlock.jdbc;

import org.jspecify.annotations.NullMarked;
