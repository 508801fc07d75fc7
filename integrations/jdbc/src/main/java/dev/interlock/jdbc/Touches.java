package dev.interlock.jdbc;

import dev.interlock.effect.Access;
import dev.interlock.effect.Resource;
import dev.interlock.jdbc.TableInfo.ColumnInfo;
import dev.interlock.jdbc.TableInfo.ForeignKey;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Collects what a statement touches, including what the database does on its own: it checks referring rows, or changes
 * them too. Not thread-safe.
 */
final class Touches {

    private final Connection connection;
    private final DatabaseTables tables;
    private final Set<Access> accesses = new LinkedHashSet<>();

    /** The deletions and new keys followed so far, so that a circle of references ends. */
    private final Set<String> followed = new HashSet<>();

    Touches(Connection connection, DatabaseTables tables) {
        this.connection = connection;
        this.tables = tables;
    }

    Set<Access> accesses() {
        return accesses;
    }

    void anything() {
        accesses.add(Access.write(Resource.ROOT));
    }

    void readAnything() {
        accesses.add(Access.read(Resource.ROOT));
    }

    void read(Collection<Resource> resources) {
        resources.forEach(resource -> accesses.add(Access.read(resource)));
    }

    void write(Collection<Resource> resources) {
        resources.forEach(resource -> accesses.add(Access.write(resource)));
    }

    /** Records a new row. The values lack what is unknown. */
    void insert(TableInfo table, Map<String, Set<Object>> values) throws SQLException {
        write(table.isUniqueBeyondKey(null) ? Set.of(table.resource()) : table.rows(values));
        if (table.active()) {
            anything();
        }
        for (ForeignKey key : table.imported()) {
            lookAtParent(key, values);
        }
    }

    /** Records new values in some columns of rows. */
    void update(TableInfo table, Map<String, Set<Object>> rows, Set<String> given, Map<String, Set<Object>> values)
            throws SQLException {
        Set<String> changed = new HashSet<>(given);
        table.columns().stream().filter(ColumnInfo::generated).forEach(column -> changed.add(column.name()));
        write(table.isUniqueBeyondKey(changed) ? Set.of(table.resource()) : table.rows(rows));
        boolean moved = table.key().stream().anyMatch(column -> changed.contains(column.name()));
        if (moved) {
            Map<String, Set<Object>> after = new HashMap<>(rows);
            after.keySet().removeAll(changed);
            after.putAll(values);
            write(table.rows(after));
        }
        if (table.active()) {
            anything();
        }
        for (ForeignKey key : table.imported()) {
            if (key.parentColumns().keySet().stream().anyMatch(changed::contains)) {
                lookAtParent(key, values);
            }
        }
        for (ForeignKey key : table.exported()) {
            if (key.parentColumns().values().stream().anyMatch(changed::contains)) {
                follow(key, key.onUpdate(), Map.of(), false);
            }
        }
    }

    /** Records removed rows. */
    void delete(TableInfo table, Map<String, Set<Object>> rows) throws SQLException {
        write(table.rows(rows));
        if (table.active()) {
            anything();
        }
        for (ForeignKey key : table.exported()) {
            Map<String, Set<Object>> children = new HashMap<>();
            key.parentColumns().forEach((child, parent) -> {
                Set<Object> values = rows.get(parent);
                if (values != null) {
                    children.put(child, values);
                }
            });
            follow(key, key.onDelete(), children, true);
        }
    }

    /** Records that rows were added, changed or removed; no more is known. */
    void change(TableInfo table) throws SQLException {
        Set<String> all = new HashSet<>();
        table.columns().forEach(column -> all.add(column.name()));
        insert(table, Map.of());
        update(table, Map.of(), all, Map.of());
        delete(table, Map.of());
    }

    /** Records the database's check that the referenced row exists. */
    private void lookAtParent(ForeignKey key, Map<String, Set<Object>> values) throws SQLException {
        TableInfo parent = find(key.parent());
        if (parent == null) {
            readAnything();
            return;
        }
        Map<String, Set<Object>> rows = new HashMap<>();
        key.parentColumns().forEach((child, column) -> {
            Set<Object> given = values.get(child);
            if (given != null) {
                rows.put(column, given);
            }
        });
        read(parent.rows(rows));
    }

    private void follow(ForeignKey key, TableInfo.Rule rule, Map<String, Set<Object>> rows, boolean gone)
            throws SQLException {
        TableInfo child = find(key.child());
        if (child == null) {
            anything();
            return;
        }
        switch (rule) {
            case REFUSED -> read(child.rows(rows));
            case CHANGED -> follow(child, key, rows);
            case DELETED -> {
                if (gone && followed.add("delete " + child.id() + rows)) {
                    delete(child, rows);
                } else if (!gone) {
                    follow(child, key, rows);
                }
            }
        }
    }

    private void follow(TableInfo child, ForeignKey key, Map<String, Set<Object>> rows) throws SQLException {
        Set<String> changed = key.parentColumns().keySet();
        if (followed.add("update " + child.id() + changed + rows)) {
            update(child, rows, changed, Map.of());
        }
    }

    private @Nullable TableInfo find(TableId id) throws SQLException {
        return tables.find(connection, id);
    }
}
