package dev.interlock.jdbc;

import org.jspecify.annotations.Nullable;

/** How a database names a table. Immutable. */
record TableId(@Nullable String catalog, @Nullable String schema, String name) {}
