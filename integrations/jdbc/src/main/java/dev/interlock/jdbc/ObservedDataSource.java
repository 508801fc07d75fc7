package dev.interlock.jdbc;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import javax.sql.DataSource;
import net.ttddyy.dsproxy.support.ProxyDataSourceBuilder;

/**
 * Makes a {@link DataSource} that tells what calls read and write in its database, by
 * {@link dev.interlock.footprint.Footprint}.
 *
 * {@snippet :
 * DataSource observed = ObservedDataSource.of(dataSource);
 * }
 *
 * <p>A row is told of by its table and its primary key: {@code update orders set state = ? where id = ?} with 42 for the
 * second writes {@code orders/42}, which {@code orders/{id}} covers. Where it is not certain which rows are meant the whole
 * table is told of, and all of the database, {@code /}, where it is not certain which tables: for DDL, procedures, functions
 * that are not known, views, and what cannot be parsed. So what is told of may be wider than what is touched, and is never
 * narrower as far as the database's metadata goes: rows that are deleted or looked at because of a foreign key count, a
 * trigger may do anything, an index that is unique without the key makes an insertion one of the whole table.
 *
 * <p>Names are written as the database folds them, in lower case, with the schema in front ({@code archive.orders}) if that
 * is not the one of the first connection. Columns of the key are numbers, UUIDs and, in H2 and PostgreSQL, text; of a key of
 * several columns each is a segment: {@code lines/42/1}.
 *
 * <p>It asks the database for its metadata on the connection of a statement, once a table, and only with a listener.
 * It does not see what is done with an object of the driver's own (one that was unwrapped before, the statement of a result
 * set, the connection of metadata), what other code does in the database, and what operators, domains, constraints and
 * collations of the user's own do. Thread-safe as far as the data source is.
 */
public final class ObservedDataSource {

    private ObservedDataSource() {}

    /**
     * Observes a data source with what its database says of itself.
     *
     * @param dataSource the data source, the one nearest to the user: connections that a pool hands out, for instance
     * @return a data source that tells what is done with it
     */
    public static DataSource of(DataSource dataSource) {
        return builder(dataSource).build();
    }

    /**
     * Observes a data source of which there is more to be said.
     *
     * @param dataSource the data source
     * @return a builder
     */
    public static Builder builder(DataSource dataSource) {
        return new Builder(Objects.requireNonNull(dataSource, "dataSource"));
    }

    /** Says what a database does not say of itself. Tables are named as their resources are. Not thread-safe. */
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
         * Sets what stands before all resources, for programs with several databases; nothing by default.
         *
         * @param path a path such as {@code shop}
         * @return this
         */
        public Builder under(String path) {
            this.under = Objects.requireNonNull(path, "path");
            return this;
        }

        /**
         * Sets the resource of a table or sequence, where effects name it otherwise.
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
         * Sets by which columns the rows of a table are told apart, in place of its primary key. They need not be unique:
         * rows that are the same in them are one resource.
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
         * Says which tables a view shows, all that it reads by functions included; without that it reads everything.
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
         * Says that triggers touch nothing that matters, or that there are none: by default a table with triggers, and any
         * table of a database that is not asked for them (others than H2 and PostgreSQL), writes everything
         * when it is written.
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
         * @return a data source that tells what is done with it
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
