package dev.interlock.jdbc;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import javax.sql.DataSource;
import net.ttddyy.dsproxy.support.ProxyDataSourceBuilder;

/**
 * Wraps a {@link DataSource} so that it reports what calls read and write in its database, by
 * {@link dev.interlock.footprint.Footprint}.
 *
 * {@snippet :
 * DataSource observed = ObservedDataSource.of(dataSource);
 * }
 *
 * <p>A row's resource is its table and its primary key: {@code update orders set state = ? where id = ?}, with 42 as
 * the id, writes {@code orders/42}, which {@code orders/{id}} covers. If the rows are uncertain, the observer reports
 * the whole table. If the tables are uncertain, it reports the whole database, {@code /}: for DDL, procedures, unknown
 * functions, views, and statements that it cannot parse.
 *
 * <p>So the report may be wider than what a statement touches, but never narrower, as far as the database's metadata
 * tell. Rows that the database deletes or looks at because of a foreign key count. A trigger may do anything. If a
 * unique index does not contain the key, an insertion writes the whole table.
 *
 * <p>Names are folded as the database does it, and written in lower case. The schema comes in front
 * ({@code archive.orders}), unless it is that of the first connection. Key columns can be numbers, UUIDs and, in H2 and
 * PostgreSQL, text. Each column of a key is a segment: {@code lines/42/1}.
 *
 * <p>The observer reads metadata on the statement's connection, once for each table, and only with a listener. It does
 * not see uses of the driver's own objects (one unwrapped before, a result set's statement, the metadata's connection).
 * Nor does it see what other code does in the database, or what user-defined operators, domains, constraints and
 * collations do. Thread-safe if the data source is.
 */
public final class ObservedDataSource {

    private ObservedDataSource() {}

    /**
     * Observes a data source, using only its database's metadata.
     *
     * @param dataSource the data source nearest to the user, such as a connection pool
     * @return a data source that reports what calls do with it
     */
    public static DataSource of(DataSource dataSource) {
        return builder(dataSource).build();
    }

    /**
     * Starts an observed data source with further settings.
     *
     * @param dataSource the data source
     * @return a builder
     */
    public static Builder builder(DataSource dataSource) {
        return new Builder(Objects.requireNonNull(dataSource, "dataSource"));
    }

    /** Sets what a database's metadata do not say. Names of tables are those in their resources. Not thread-safe. */
    public static final class Builder {

        private final DataSource dataSource;
        private String under = "";
        private final Map<String, String> resources = new HashMap<>();
        private final Map<String, List<String>> keys = new HashMap<>();
        private final Map<String, List<String>> views = new HashMap<>();
        private boolean ignoreTriggers;

        private Builder(DataSource dataSource) {
            this.dataSource = dataSource;
        }

        /**
         * Sets the beginning of all resources, for programs with several databases; empty by default.
         *
         * @param path a path such as {@code shop}
         * @return this
         */
        public Builder under(String path) {
            this.under = Objects.requireNonNull(path, "path");
            return this;
        }

        /**
         * Sets the resource of a table or sequence, if effects use another name.
         *
         * @param table its name
         * @param path the path of its resource
         * @return this
         */
        public Builder resource(String table, String path) {
            resources.put(Objects.requireNonNull(table, "table"), Objects.requireNonNull(path, "path"));
            return this;
        }

        /**
         * Sets the columns that tell a table's rows apart, in place of its primary key. They need not be unique: rows
         * with equal values are one resource.
         *
         * @param table its name
         * @param columns at least one column, the outermost segment first
         * @return this
         * @throws IllegalArgumentException if there is no column
         */
        public Builder key(String table, String... columns) {
            if (columns.length == 0) {
                throw new IllegalArgumentException("key of '" + table + "' needs at least 1 column, was given 0");
            }
            keys.put(
                    Objects.requireNonNull(table, "table"),
                    List.of(columns).stream()
                            .map(column -> column.toLowerCase(Locale.ROOT))
                            .toList());
            return this;
        }

        /**
         * Sets which tables a view shows, including those that it reads through functions. Without this setting, a view
         * reads everything.
         *
         * @param view its name
         * @param tables the names of the tables
         * @return this
         */
        public Builder view(String view, String... tables) {
            views.put(Objects.requireNonNull(view, "view"), List.of(tables));
            return this;
        }

        /**
         * Tells the observer to ignore triggers, because there are none or they touch nothing that matters. By default
         * a write of a table with triggers writes everything. So does any write in a database other than H2 and
         * PostgreSQL, where the observer cannot find triggers.
         *
         * @return this
         */
        public Builder ignoreTriggers() {
            ignoreTriggers = true;
            return this;
        }

        /**
         * Observes the data source.
         *
         * @return a data source that reports what calls do with it
         */
        public DataSource build() {
            SqlObserver observer = new SqlObserver(
                    new DatabaseTables(new ObserverSettings(under, resources, keys, views, ignoreTriggers)));
            return ProxyDataSourceBuilder.create(dataSource)
                    .listener(observer)
                    .methodListener(observer)
                    .build();
        }
    }
}
