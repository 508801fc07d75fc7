package dev.interlock.samples;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.UUID;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;

/** The desk's catalogue, stock, accounts and papers, in an in-memory H2 database of its own. */
final class OrderDeskDatabase implements AutoCloseable {

    private static final List<String> SCHEMA = List.of(
            "create table product(sku varchar primary key, name varchar, price decimal(10, 2))",
            "create table stock(warehouse varchar, sku varchar, pieces int, primary key (warehouse, sku))",
            "create table account(account varchar primary key, balance decimal(10, 2))",
            "create table reservation(warehouse varchar, sku varchar, pieces int)",
            "create table charge(account varchar, nr int, amount decimal(10, 2), purpose varchar)",
            "create table receipt(email varchar, account varchar, lines varchar)",
            "insert into product values ('ESP-100', 'Piccolo espresso machine', 329), "
                    + "('ESP-200', 'Aurora espresso machine', 649), ('GRD-50', 'Burr grinder', 249)",
            "insert into stock values ('berlin', 'ESP-200', 1), ('hamburg', 'ESP-200', 5), "
                    + "('berlin', 'GRD-50', 3), ('hamburg', 'GRD-50', 0)",
            "insert into account values ('1042', 1500), ('1007', 400)");

    private static final List<String> TABLES =
            List.of("product", "stock", "reservation", "account", "charge", "receipt");

    private final JdbcConnectionPool connections =
            JdbcConnectionPool.create("jdbc:h2:mem:" + UUID.randomUUID(), "desk", "desk");

    /** The pool, or an observer in front of it. */
    private final DataSource source;

    /** Opens a database. Its statements pass through the data source that {@code observer} returns. */
    OrderDeskDatabase(UnaryOperator<DataSource> observer) {
        SCHEMA.forEach(sql -> update(connections, sql));
        source = observer.apply(connections);
    }

    List<String> findProducts(String words) {
        List<String> found = query("select sku, name, price from product order by sku");
        for (String word : words.toLowerCase(Locale.ROOT).split("\\s+", -1)) {
            String stem = word.endsWith("s") ? word.substring(0, word.length() - 1) : word;
            found.removeIf(product -> !product.toLowerCase(Locale.ROOT).contains(stem));
        }
        return found;
    }

    int stock(String warehouse, String sku) {
        List<String> pieces = query("select pieces from stock where warehouse = ? and sku = ?", warehouse, sku);
        return pieces.isEmpty() ? 0 : Integer.parseInt(pieces.getFirst());
    }

    void reserve(String warehouse, String sku, int pieces, int left) {
        update("update stock set pieces = ? where warehouse = ? and sku = ?", left, warehouse, sku);
        update("insert into reservation values (?, ?, ?)", warehouse, sku, pieces);
    }

    BigDecimal balance(String account) {
        List<String> balance = query("select balance from account where account = ?", account);
        if (balance.isEmpty()) {
            throw new IllegalArgumentException("there is no account " + account);
        }
        return new BigDecimal(balance.getFirst());
    }

    void charge(String account, BigDecimal amount, String purpose, BigDecimal balance) {
        update("update account set balance = ? where account = ?", balance, account);
        int nr = charges(account).size() + 1;
        update("insert into charge values (?, ?, ?, ?)", account, nr, amount, purpose);
    }

    List<String> charges(String account) {
        return query("select amount, purpose from charge where account = ? order by nr", account);
    }

    void receipt(String account, String email, String lines) {
        update("insert into receipt values (?, ?, ?)", email, account, lines);
    }

    /** All rows by table, sorted, since tables have no order of their own. */
    Map<String, List<String>> state() {
        Map<String, List<String>> state = new LinkedHashMap<>();
        for (String table : TABLES) {
            state.put(
                    table,
                    query(connections, "select * from " + table).stream()
                            .sorted()
                            .toList());
        }
        return state;
    }

    private List<String> query(String sql, Object... parameters) {
        return query(source, sql, parameters);
    }

    private void update(String sql, Object... parameters) {
        update(source, sql, parameters);
    }

    private static List<String> query(DataSource source, String sql, Object... parameters) {
        try (Connection connection = source.getConnection();
                PreparedStatement statement = prepare(connection, sql, parameters);
                ResultSet rows = statement.executeQuery()) {
            int columns = rows.getMetaData().getColumnCount();
            List<String> result = new ArrayList<>();
            while (rows.next()) {
                StringJoiner row = new StringJoiner(" ");
                for (int column = 1; column <= columns; column++) {
                    row.add(rows.getString(column));
                }
                result.add(row.toString());
            }
            return result;
        } catch (SQLException e) {
            throw new IllegalStateException("query failed: " + sql, e);
        }
    }

    private static void update(DataSource source, String sql, Object... parameters) {
        try (Connection connection = source.getConnection();
                PreparedStatement statement = prepare(connection, sql, parameters)) {
            statement.executeUpdate();
        } catch (SQLException e) {
            throw new IllegalStateException("update failed: " + sql, e);
        }
    }

    private static PreparedStatement prepare(Connection connection, String sql, Object... parameters)
            throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < parameters.length; i++) {
            statement.setObject(i + 1, parameters[i]);
        }
        return statement;
    }

    @Override
    public void close() {
        connections.dispose();
    }
}
