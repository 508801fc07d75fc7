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
 * What is known of a table. Names of columns are in lower case. Immutable.
 *
 * @param id catalog, schema and name as the database has them
 * @param resource what stands for all of the table
 * @param key the columns by which its rows are told apart in resources, outermost first; may be empty
 * @param columns all columns in their order, with what stands in them unless something is given
 * @param uniques the columns of its unique indexes, the primary key included
 * @param imported references to other tables
 * @param exported references to this one
 * @param active whether code runs when rows change that may do anything: triggers, rules
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

    /** Stands for whatever an index looks at that is no column. */
    static final String ANY_COLUMN = "";

    private static final int MAX_ROWS = 1_000;

    record KeyColumn(String name, KeyKind kind) {}

    /**
     * A column.
     *
     * @param value what stands in it unless something is given, or null
     * @param generated whether the database finds its value from those of others, so that it changes with any of them
     */
    record ColumnInfo(String name, @Nullable String value, boolean generated) {}

    /** What becomes of rows that refer to one which is deleted, or gets another key. */
    enum Rule {
        REFUSED,
        DELETED,
        CHANGED
    }

    /**
     * Rows of a child refer to rows of a parent.
     *
     * @param parentColumns the columns of the parent, by those of the child
     */
    record ForeignKey(TableId child, TableId parent, Map<String, String> parentColumns, Rule onDelete, Rule onUpdate) {}

    /**
     * The rows with these values in their columns, or what contains them.
     *
     * @param values by column; any of them
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

    /** Whether a row that is new, or has another value there, can be refused because of a row with another key. */
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
