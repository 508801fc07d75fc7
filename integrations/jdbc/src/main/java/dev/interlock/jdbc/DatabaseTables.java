package dev.interlock.jdbc;

import dev.interlock.effect.Resource;
import dev.interlock.jdbc.TableInfo.ColumnInfo;
import dev.interlock.jdbc.TableInfo.ForeignKey;
import dev.interlock.jdbc.TableInfo.KeyColumn;
import dev.interlock.jdbc.TableInfo.Rule;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a database's tables from its metadata: each table once, and again after a statement that may have changed
 * tables. Thread-safe.
 */
final class DatabaseTables {

    private static final Logger log = LoggerFactory.getLogger(DatabaseTables.class);
    private static final Set<String> TABLE_TYPES = Set.of("TABLE", "BASE TABLE", "PARTITIONED TABLE");

    /** A table's name as a statement has it, with the connection's catalog and schema. */
    private record Written(
            @Nullable String catalog,
            @Nullable String schema,
            @Nullable String qualifier,
            String name) {}

    private final ObserverSettings settings;

    /** The known tables, by {@link Written} and by {@link TableId}. */
    private final TableCache<Optional<TableInfo>> known = new TableCache<>();

    /** The schema of the first connection. Resources of its tables do not have the schema in front. */
    private volatile @Nullable String home;

    DatabaseTables(ObserverSettings settings) {
        this.settings = settings;
    }

    TableCache<Optional<TableInfo>> cache() {
        return known;
    }

    /** Finds the table that a name means on a connection; null if that is uncertain, or if it is not a table. */
    @Nullable
    TableInfo find(Connection connection, @Nullable String qualifier, String name) throws SQLException {
        Written written = new Written(connection.getCatalog(), connection.getSchema(), qualifier, name);
        Optional<TableInfo> found = known.get(written);
        if (found == null) {
            long since = known.generation();
            found = Optional.ofNullable(read(connection, written));
            known.put(written, found, since);
        }
        return found.orElse(null);
    }

    @Nullable
    TableInfo find(Connection connection, TableId id) throws SQLException {
        Optional<TableInfo> found = known.get(id);
        if (found == null) {
            long since = known.generation();
            found = Optional.ofNullable(describe(connection, id));
            known.put(id, found, since);
        }
        return found.orElse(null);
    }

    private @Nullable TableInfo read(Connection connection, Written written) throws SQLException {
        TableId id = locate(connection, written);
        return id == null ? null : find(connection, id);
    }

    /** Returns the tables that a view shows, as set by the user, or null. */
    @Nullable
    Collection<String> view(Connection connection, String name) throws SQLException {
        return settings.views().get(new Names(connection.getMetaData()).segment(Names.unquoted(name)));
    }

    /** Returns the resource of a sequence. */
    Resource sequence(Connection connection, String name) throws SQLException {
        Names names = new Names(connection.getMetaData());
        return resource(names.segment(names.stored(name)).replace('/', '_'));
    }

    private Resource resource(String segment) {
        String path = settings.resources().getOrDefault(segment, segment);
        return Resource.of(settings.under().isEmpty() ? path : settings.under() + '/' + path);
    }

    private @Nullable TableId locate(Connection connection, Written written) throws SQLException {
        DatabaseMetaData database = connection.getMetaData();
        Names names = new Names(database);
        boolean schemas = database.supportsSchemasInTableDefinitions();
        String current = schemas ? written.schema() : written.catalog();
        String wanted = written.qualifier() == null ? current : names.stored(written.qualifier());
        String stored = names.stored(written.name());
        List<TableId> all = new ArrayList<>();
        String pattern = names.foldsNothing() ? "%" : escaped(database, stored);
        String catalog = schemas || written.qualifier() == null ? written.catalog() : wanted;
        try (ResultSet rows = database.getTables(catalog, null, pattern, null)) {
            while (rows.next()) {
                String name = rows.getString("TABLE_NAME");
                boolean same = names.foldsNothing() ? name.equalsIgnoreCase(stored) : name.equals(stored);
                if (same && TABLE_TYPES.contains(String.valueOf(rows.getString("TABLE_TYPE")))) {
                    all.add(new TableId(rows.getString("TABLE_CAT"), rows.getString("TABLE_SCHEM"), name));
                } else if (same) {
                    // With a view, a temporary or a system table of that name, no table is certain.
                    all.add(new TableId(rows.getString("TABLE_CAT"), rows.getString("TABLE_SCHEM"), ""));
                }
            }
        }
        List<TableId> here = all.stream()
                .filter(id -> wanted == null || wanted.equals(schemas ? id.schema() : id.catalog()))
                .toList();
        boolean hidden = all.stream().anyMatch(id -> String.valueOf(id.schema()).startsWith("pg_temp"));
        if (hidden && written.qualifier() == null) {
            return null;
        }
        // The connection's schema does not have it, so it may be in any schema that the database searches.
        List<TableId> candidates = here.isEmpty() && written.qualifier() == null ? all : here;
        return candidates.size() == 1 && !candidates.get(0).name().isEmpty() ? candidates.get(0) : null;
    }

    private static String escaped(DatabaseMetaData database, String name) throws SQLException {
        String escape = database.getSearchStringEscape();
        return name.replace(escape, escape + escape).replace("_", escape + "_").replace("%", escape + "%");
    }

    private @Nullable TableInfo describe(Connection connection, TableId id) throws SQLException {
        ActiveTables active = ActiveTables.of(connection, id, settings.ignoreTriggers());
        if (active == null || active.opaque()) {
            return null;
        }
        DatabaseMetaData database = connection.getMetaData();
        String segment = segment(connection, id);
        Map<String, KeyKind> kinds = new HashMap<>();
        List<ColumnInfo> columns = columns(database, id, active.plainText(), kinds);
        List<String> keyNames = settings.keys().getOrDefault(segment, primaryKey(database, id));
        List<KeyColumn> key = new ArrayList<>();
        for (String name : keyNames) {
            KeyKind kind = kinds.get(name);
            if (kind == null) {
                log.debug("Rows of {} are not distinguished by column {} or any later key column", segment, name);
                break;
            }
            key.add(new KeyColumn(name, kind));
        }
        return new TableInfo(
                id,
                resource(segment),
                List.copyOf(key),
                columns,
                uniques(database, id, columns),
                references(database, id, true),
                references(database, id, false),
                active.active());
    }

    /** Names of tables in other schemas than the first connection's have the schema in front. */
    private String segment(Connection connection, TableId id) throws SQLException {
        Names names = new Names(connection.getMetaData());
        boolean schemas = connection.getMetaData().supportsSchemasInTableDefinitions();
        String first = home;
        if (first == null) {
            first = String.valueOf(schemas ? connection.getSchema() : connection.getCatalog());
            home = first;
        }
        String schema = schemas ? id.schema() : id.catalog();
        String table = names.segment(id.name()).replace('/', '_');
        return schema == null || schema.equals(first)
                ? table
                : names.segment(schema).replace('/', '_') + '.' + table;
    }

    private static List<ColumnInfo> columns(
            DatabaseMetaData database, TableId id, boolean plainText, Map<String, KeyKind> kinds) throws SQLException {
        Map<Integer, ColumnInfo> columns = new TreeMap<>();
        Set<String> seen = new LinkedHashSet<>();
        try (ResultSet rows =
                database.getColumns(id.catalog(), pattern(database, id.schema()), escaped(database, id.name()), "%")) {
            while (rows.next()) {
                String value = rows.getString("COLUMN_DEF");
                String name = Names.column(rows.getString("COLUMN_NAME"));
                KeyKind kind = kind(
                        rows.getInt("DATA_TYPE"),
                        rows.getString("TYPE_NAME"),
                        database.getDatabaseProductName(),
                        plainText);
                boolean generated = "YES".equals(rows.getString("IS_GENERATEDCOLUMN"));
                columns.put(rows.getInt("ORDINAL_POSITION"), new ColumnInfo(name, generated ? null : value, generated));
                if (!seen.add(name)) {
                    // Two columns whose names differ only in letter case.
                    kinds.remove(name);
                } else if (kind != null) {
                    kinds.put(name, kind);
                }
            }
        }
        return List.copyOf(columns.values());
    }

    private static @Nullable String pattern(DatabaseMetaData database, @Nullable String schema) throws SQLException {
        return schema == null ? null : escaped(database, schema);
    }

    private static @Nullable KeyKind kind(int type, @Nullable String typeName, String product, boolean plainText) {
        String name = typeName == null ? "" : typeName.toLowerCase(Locale.ROOT);
        boolean known = product.equals("H2") || product.equals("PostgreSQL");
        if (known && name.equals("uuid")) {
            return KeyKind.UNIQUE_ID;
        }
        if (plainText && (name.equals("text") || name.equals("varchar") || name.equals("character varying"))) {
            return KeyKind.TEXT;
        }
        return switch (type) {
            case Types.TINYINT, Types.SMALLINT, Types.INTEGER, Types.BIGINT, Types.NUMERIC, Types.DECIMAL ->
                KeyKind.NUMBER;
            default -> null;
        };
    }

    private static List<String> primaryKey(DatabaseMetaData database, TableId id) throws SQLException {
        Map<Integer, String> columns = new TreeMap<>();
        try (ResultSet rows = database.getPrimaryKeys(id.catalog(), id.schema(), id.name())) {
            while (rows.next()) {
                columns.put(rows.getInt("KEY_SEQ"), Names.column(rows.getString("COLUMN_NAME")));
            }
        }
        return List.copyOf(columns.values());
    }

    /**
     * Returns the columns of unique indexes. An index on anything but columns, or on only some rows, also has
     * {@link TableInfo#ANY_COLUMN}.
     */
    private static List<Set<String>> uniques(DatabaseMetaData database, TableId id, List<ColumnInfo> columns)
            throws SQLException {
        Set<String> names = columns.stream()
                .filter(column -> !column.generated())
                .map(ColumnInfo::name)
                .collect(Collectors.toSet());
        Map<String, Set<String>> indexes = new LinkedHashMap<>();
        try (ResultSet rows = database.getIndexInfo(id.catalog(), id.schema(), id.name(), true, true)) {
            while (rows.next()) {
                String index = rows.getString("INDEX_NAME");
                String column = rows.getString("COLUMN_NAME");
                if (index != null) {
                    String name = column == null ? TableInfo.ANY_COLUMN : Names.column(column);
                    Set<String> all = indexes.computeIfAbsent(index, each -> new LinkedHashSet<>());
                    all.add(name);
                    String condition = rows.getString("FILTER_CONDITION");
                    if (!names.contains(name) || (condition != null && !condition.isBlank())) {
                        all.add(TableInfo.ANY_COLUMN);
                    }
                }
            }
        }
        return indexes.values().stream().map(Set::copyOf).toList();
    }

    private static List<ForeignKey> references(DatabaseMetaData database, TableId id, boolean imported)
            throws SQLException {
        Map<String, ForeignKey> keys = new LinkedHashMap<>();
        try (ResultSet rows = imported
                ? database.getImportedKeys(id.catalog(), id.schema(), id.name())
                : database.getExportedKeys(id.catalog(), id.schema(), id.name())) {
            while (rows.next()) {
                TableId parent = new TableId(
                        rows.getString("PKTABLE_CAT"), rows.getString("PKTABLE_SCHEM"), rows.getString("PKTABLE_NAME"));
                TableId child = new TableId(
                        rows.getString("FKTABLE_CAT"), rows.getString("FKTABLE_SCHEM"), rows.getString("FKTABLE_NAME"));
                Rule onDelete = rule(rows.getInt("DELETE_RULE"));
                Rule onUpdate = rule(rows.getInt("UPDATE_RULE"));
                keys.computeIfAbsent(
                                rows.getString("FK_NAME") + ' ' + parent + child,
                                name -> new ForeignKey(child, parent, new LinkedHashMap<>(), onDelete, onUpdate))
                        .parentColumns()
                        .put(
                                Names.column(rows.getString("FKCOLUMN_NAME")),
                                Names.column(rows.getString("PKCOLUMN_NAME")));
            }
        }
        return List.copyOf(keys.values());
    }

    private static Rule rule(int rule) {
        return switch (rule) {
            case DatabaseMetaData.importedKeyCascade -> Rule.DELETED;
            case DatabaseMetaData.importedKeySetNull, DatabaseMetaData.importedKeySetDefault -> Rule.CHANGED;
            default -> Rule.REFUSED;
        };
    }
}
