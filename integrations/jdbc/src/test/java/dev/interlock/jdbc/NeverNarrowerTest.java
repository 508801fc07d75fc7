package dev.interlock.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.Access;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The invariant, on random statements and a real database: each row that a statement changed is covered by what was
 * told of, and a query gives the same after any row was changed that what was told of does not cover.
 */
@Timeout(300)
class NeverNarrowerTest {

    private static final String[] TABLES = {
        "create table parent(id integer primary key, name varchar(5), nick varchar(5) unique)",
        "create table child(id integer primary key, parent_id integer references parent(id) on delete cascade,"
                + " name varchar(5))",
        "create table pair(a integer, b varchar(5), v integer, primary key (a, b))",
        "create table loose(a integer, b varchar(5))"
    };

    private static final List<String> NAMES = List.of("parent", "child", "pair", "loose");
    private static final Map<String, List<String>> KEYS =
            Map.of("parent", List.of("ID"), "child", List.of("ID"), "pair", List.of("A", "B"), "loose", List.of());
    private static final Map<String, List<String>> COLUMNS = Map.of(
            "parent", List.of("id", "name", "nick"),
            "child", List.of("id", "parent_id", "name"),
            "pair", List.of("a", "b", "v"),
            "loose", List.of("a", "b"));

    private DataSource raw;
    private DataSource observed;
    private SplittableRandom random;

    @BeforeEach
    void makeTables() {
        JdbcDataSource dataSource = new JdbcDataSource();
        dataSource.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
        raw = dataSource;
        Touched.execute(raw, TABLES);
        observed = ObservedDataSource.of(raw);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void what_changes_is_covered_and_what_is_not_covered_does_not_matter(long seed) throws SQLException {
        random = new SplittableRandom(seed);
        int narrow = 0;
        for (int i = 0; i < 400; i++) {
            if (i % 10 == 0) {
                refill();
            }
            if (random.nextBoolean()) {
                checkChange(seed, change());
            } else {
                narrow += checkQuery(seed, query(2)) ? 1 : 0;
            }
        }
        assertThat(narrow).as("queries of some rows only, seed %d", seed).isPositive();
    }

    private void checkChange(long seed, String sql) throws SQLException {
        Map<String, Map<String, String>> before = state();
        List<Access> told = Touched.accesses(observed, connection -> run(connection, sql));
        Map<String, Map<String, String>> after = state();
        for (String table : NAMES) {
            Map<String, String> was = before.get(table);
            Map<String, String> is = after.get(table);
            List<String> rows = new ArrayList<>(was.keySet());
            rows.addAll(is.keySet());
            for (String row : rows) {
                boolean same = String.valueOf(was.get(row)).equals(String.valueOf(is.get(row)));
                assertThat(same || covers(told, Access.write(row)))
                        .as("seed %d: %s changed %s, told was %s", seed, sql, row, told)
                        .isTrue();
            }
        }
    }

    /** Whether it was told to read some rows of a table only. */
    private boolean checkQuery(long seed, String sql) throws SQLException {
        List<String> first = new ArrayList<>();
        List<Access> told = Touched.accesses(observed, connection -> first.addAll(rows(connection, sql)));
        Map<String, Map<String, String>> state = state();
        try (Connection connection = raw.getConnection()) {
            for (String table : NAMES) {
                if (table.equals("loose")) {
                    continue;
                }
                for (String row : state.get(table).keySet()) {
                    if (!covers(told, Access.read(row))) {
                        connection.setAutoCommit(false);
                        changeRow(connection, table, row);
                        assertThat(rows(connection, sql))
                                .as("seed %d: %s after a change of %s, told was %s", seed, sql, row, told)
                                .isEqualTo(first);
                        connection.rollback();
                    }
                }
            }
        }
        return told.stream().anyMatch(access -> access.resource().depth() > 1);
    }

    private static boolean covers(List<Access> told, Access access) {
        return told.stream().anyMatch(each -> each.covers(access));
    }

    private void changeRow(Connection connection, String table, String row) throws SQLException {
        String[] key = row.split("/", -1);
        try (Statement statement = connection.createStatement()) {
            statement.execute("set referential_integrity false");
            if (table.equals("pair")) {
                statement.execute("delete from pair where a = " + key[1] + " and b = '" + key[2] + "'");
            } else if (random.nextBoolean()) {
                statement.execute("delete from " + table + " where id = " + key[1]);
            } else {
                statement.execute("update " + table + " set name = 'zz' where id = " + key[1]);
            }
        } finally {
            try (Statement statement = connection.createStatement()) {
                statement.execute("set referential_integrity true");
            }
        }
    }

    private static void run(Connection connection, String sql) {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            // Refused by the database; what is told must hold all the same.
            assertThat(e.getMessage()).isNotNull();
        }
    }

    private static List<String> rows(Connection connection, String sql) {
        List<String> rows = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            int columns = result.getMetaData().getColumnCount();
            while (result.next()) {
                StringBuilder row = new StringBuilder();
                for (int i = 1; i <= columns; i++) {
                    row.append(result.getString(i)).append('|');
                }
                rows.add(row.toString());
            }
        } catch (SQLException e) {
            rows.add("refused");
        }
        rows.sort(null);
        return rows;
    }

    /** All rows by table, by their resources; of the table without a key, how often there is each. */
    private Map<String, Map<String, String>> state() throws SQLException {
        Map<String, Map<String, String>> state = new LinkedHashMap<>();
        try (Connection connection = raw.getConnection();
                Statement statement = connection.createStatement()) {
            for (String table : NAMES) {
                Map<String, String> rows = new HashMap<>();
                try (ResultSet result = statement.executeQuery("select * from " + table)) {
                    while (result.next()) {
                        StringBuilder resource = new StringBuilder(table);
                        for (String key : KEYS.get(table)) {
                            resource.append('/').append(result.getString(key));
                        }
                        StringBuilder row = new StringBuilder();
                        for (String column : COLUMNS.get(table)) {
                            row.append(result.getString(column)).append('|');
                        }
                        rows.merge(
                                resource.toString(),
                                row.toString(),
                                (one, other) -> one.compareTo(other) < 0 ? one + other : other + one);
                    }
                }
                state.put(table, rows);
            }
        }
        return state;
    }

    private void refill() {
        List<String> sql = new ArrayList<>(
                List.of("delete from child", "delete from parent", "delete from pair", "delete from loose"));
        for (int id = 0; id < 5; id++) {
            sql.add("insert into parent values (" + id + ", " + text() + ", 'n" + id + "')");
            sql.add("insert into child values (" + id + ", " + random.nextInt(id + 1) + ", " + text() + ")");
            sql.add("insert into pair values (" + id / 2 + ", '" + "xy".charAt(id % 2) + "', " + number() + ")");
            sql.add("insert into loose values (" + number() + ", " + text() + ")");
        }
        Touched.execute(raw, sql.toArray(String[]::new));
    }

    // Random statements.

    private <T> T one(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    private int number() {
        return random.nextInt(6);
    }

    private String text() {
        return "'" + one(List.of("x", "y", "1", "2", "n1", "zz")) + "'";
    }

    private String constant() {
        return switch (random.nextInt(8)) {
            case 0 -> "'" + number() + "'";
            case 1 -> "-" + number();
            case 2 -> number() + ".0";
            case 3 -> number() + " + 0";
            default -> String.valueOf(number());
        };
    }

    private String condition(String table, String alias, int depth) {
        String column =
                alias + '.' + one(random.nextBoolean() ? COLUMNS.get(table).subList(0, 1) : COLUMNS.get(table));
        boolean textual = column.endsWith("name") || column.endsWith("nick") || column.endsWith("b");
        String value = textual ? text() : constant();
        int form = depth == 0 ? 5 : random.nextInt(6);
        return switch (form) {
            case 0 -> condition(table, alias, depth - 1) + " and " + condition(table, alias, depth - 1);
            case 1 -> condition(table, alias, depth - 1) + " or " + condition(table, alias, depth - 1);
            case 2 -> "(" + condition(table, alias, depth - 1) + ")";
            case 3 -> "not (" + condition(table, alias, depth - 1) + ")";
            case 4 -> (random.nextBoolean() ? "" : "not ") + "exists (" + query(depth - 1) + ")";
            default -> comparison(column, value, textual);
        };
    }

    private String comparison(String column, String value, boolean textual) {
        return switch (random.nextInt(7)) {
            case 0 ->
                column + (random.nextInt(3) == 0 ? " not in (" : " in (") + value + ", "
                        + (textual ? text() : constant()) + ")";
            case 1 -> column + " <> " + value;
            case 2 -> column + " is null";
            case 3 -> value + " = " + column;
            default -> column + " = " + value;
        };
    }

    private String query(int depth) {
        String one = one(NAMES);
        String other = one(NAMES);
        String where = random.nextInt(5) == 0 ? "" : " where " + condition(one, "p", depth);
        return switch (random.nextInt(6)) {
            case 0 ->
                "select count(*) from " + one + " p " + one(List.of("join", "left join", "right join")) + " " + other
                        + " q on " + condition(other, "q", 0) + (random.nextBoolean() ? " and " : " or ")
                        + condition(one, "p", 0) + (random.nextBoolean() ? "" : where);
            case 1 ->
                "select * from " + one + " p, " + other + " q where " + condition(one, "p", depth) + " and "
                        + condition(other, "q", 0);
            case 2 -> "select count(*) from (select * from " + one + " p" + where + ") s";
            case 3 ->
                "with p as (select * from " + one + " p" + where + ") select count(*) from p, " + other + " q where "
                        + condition(other, "q", 0);
            case 4 ->
                "select p." + one(COLUMNS.get(one)) + ", (select count(*) from " + other + " q where "
                        + condition(other, "q", 0) + ") from " + one + " p" + where;
            default -> "select * from " + one + " p" + where;
        };
    }

    private String change() {
        String table = one(NAMES);
        return switch (random.nextInt(4)) {
            case 0 -> "delete from " + table + " p where " + condition(table, "p", 1);
            case 1 -> insert(table);
            default -> {
                String column = one(COLUMNS.get(table));
                boolean textual = column.equals("name") || column.equals("nick") || column.equals("b");
                String value = random.nextInt(4) == 0 ? column : textual ? text() : constant();
                yield "update " + table + " p set " + column + " = " + value + " where " + condition(table, "p", 1);
            }
        };
    }

    private String insert(String table) {
        String values =
                switch (table) {
                    case "parent" -> constant() + ", " + text() + ", " + text();
                    case "child" -> constant() + ", " + constant() + ", " + text();
                    case "pair" -> constant() + ", " + text() + ", " + constant();
                    default -> constant() + ", " + text();
                };
        return random.nextInt(4) == 0
                ? "insert into " + table + " select * from " + table + " p where " + condition(table, "p", 1)
                : "insert into " + table + " values (" + values + ")";
    }
}
