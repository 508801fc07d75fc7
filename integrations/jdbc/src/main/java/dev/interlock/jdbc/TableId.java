package dev.interlock.jdbc;

import org.jspecify.annotations.Nullable;

/** A table's name in its database. Immutable. */
record TableId(@Nullable String catalog, @Nullable String schema, String name) {}
