package dev.interlock.jdbc;

import dev.interlock.effect.Resource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The facts about a table. Names of columns are in lower case. Immutable.
 *
 * @param id the catalog, schema and name in the database
 * @param resource the resource of the whole table
 * @param key the columns that tell its rows apart in resources, the outermost first; may be empty
 * @param columns all columns in their order, with their defaults
 * @param uniques the columns of its unique indexes, including the primary key
 * @param imported its references to other tables
 * @param exported other tables' references to it
 * @param active whether a change of rows runs code that may do anything, such as triggers and rules
 */
record TableInfo(
        TableId id,
        Resource resource,
        List<KeyColumn> key,
        List<ColumnInfo> columns,
        List<Set<String>> uniques,
        List<ForeignKey> imported,
        List<ForeignKey> exported,
        boolean active) {

    /** Stands for anything in an index that is not a column. */
    static final String ANY_COLUMN = "";

    private static final int MAX_ROWS = 1_000;

    record KeyColumn(String name, KeyKind kind) {}

    /**
     * A column.
     *
     * @param value the column's default, or null
     * @param generated whether the database computes its value from other columns, so that it changes with any of them
     */
    record ColumnInfo(String name, @Nullable String value, boolean generated) {}

    /** What happens to rows that refer to a row which is deleted or gets another key. */
    enum Rule {
        REFUSED,
        DELETED,
        CHANGED
    }

    /**
     * A reference from rows of a child table to rows of a parent table.
     *
     * @param parentColumns the columns of the parent by those of the child
     */
    record ForeignKey(TableId child, TableId parent, Map<String, String> parentColumns, Rule onDelete, Rule onUpdate) {}

    /**
     * Returns the resources of the rows with these values, or a resource that contains them.
     *
     * @param values the possible values by column
     */
    Collection<Resource> rows(Map<String, Set<Object>> values) {
        Collection<Resource> rows = List.of(resource);
        for (KeyColumn column : key) {
            Set<Object> given = values.get(column.name());
            if (given == null || given.isEmpty() || (long) given.size() * rows.size() > MAX_ROWS) {
                return rows;
            }
            Set<Resource> deeper = new LinkedHashSet<>();
            for (Object value : given) {
                String text = column.kind().text(value);
                if (text == null) {
                    return rows;
                }
                rows.forEach(row -> deeper.add(row.resolve(text)));
            }
            rows = new ArrayList<>(deeper);
        }
        return rows;
    }

    /** Whether a row with another key can prevent a new row, or a changed value in these columns. */
    boolean isUniqueBeyondKey(@Nullable Set<String> changed) {
        Set<String> names = new LinkedHashSet<>();
        key.forEach(column -> names.add(column.name()));
        return uniques.stream()
                .filter(unique -> changed == null
                        || unique.contains(ANY_COLUMN)
                        || unique.stream().anyMatch(changed::contains))
                .anyMatch(unique -> names.isEmpty() || !unique.containsAll(names));
    }
}
