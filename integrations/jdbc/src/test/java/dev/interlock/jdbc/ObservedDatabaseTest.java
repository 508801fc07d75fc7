package dev.interlock.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.sql.CallableStatement;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is told of statements, the same for every database that is tested. */
@Timeout(120)
abstract class ObservedDatabaseTest extends DatabaseFixture {

    private static final String ID = "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "select * from orders where id = 42 | reads orders/42",
                "select * from orders where 42 = id and state = 'open' | reads orders/42",
                "select * from orders o where o.id = 42 | reads orders/42",
                "select * from orders where (id = 42) | reads orders/42",
                "select * from orders where id in (42, 43) | reads orders/42; reads orders/43",
                "select * from orders where id = 42 or id = 43 | reads orders/42; reads orders/43",
                "select * from orders where id = 42 and (state = 'a' or state = 'b') | reads orders/42",
                "select * from orders where id = 42 or state = 'open' | reads orders",
                "select * from orders where not id = 42 | reads orders",
                "select * from orders where id <> 42 | reads orders",
                "select * from orders where id not in (42) | reads orders",
                "select * from orders where id between 42 and 42 | reads orders",
                "select * from orders where id = 40 + 2 | reads orders",
                "select * from orders where id = total | reads orders",
                "select * from orders where id + 0 = 42 | reads orders",
                "select * from orders where customer_id = 7 | reads orders",
                "select * from orders | reads orders",
                "select count(*) from orders where id = -1 | reads orders/-1",
                "select ORDERS.ID from ORDERS where Id = 42 | reads orders/42",
                "select * from lines where order_id = 42 | reads lines/42",
                "select * from lines where order_id = 42 and nr = 1 | reads lines/42/1",
                "select * from lines where nr = 1 | reads lines",
                "select * from lines where order_id in (42, 43) and nr = 1 | reads lines/42/1; reads lines/43/1",
                "select * from products where sku = 'a' | reads products/a",
                "select * from products where sku = 'a/b' | reads products/a/b",
                "select * from products where sku = '' | reads products",
                "select * from products where sku like 'a' | reads products",
                "select * from products where upper(sku) = 'A' | reads products",
                "select * from log | reads log",
                "select 1 | ``",
                "values (1) | ``",
            })
    void the_rows_of_a_query_are_those_of_its_conditions(String sql, String expected) {
        assertTouched(sql, expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "select * from orders o join customers c on c.id = o.customer_id where o.id = 42"
                        + " | reads orders/42; reads customers",
                "select * from orders o, customers c where c.id = 7 and o.id = 42 | reads orders/42; reads customers/7",
                "select * from orders o left join customers c on c.id = 7 | reads orders; reads customers/7",
                "select * from orders o join customers c on c.id = 7 and o.id = 42 | reads orders; reads customers/7",
                "select * from orders o right join customers c on c.id = 7 | reads orders; reads customers",
                "select * from orders a join orders b on b.id = 43 where a.id = 42 | reads orders/42; reads orders/43",
                "select * from orders cross join customers where orders.id = 42 | reads orders/42; reads customers",
                "select * from orders o join customers c on c.id = o.customer_id where state = 'x' and name = 'y'"
                        + " | reads orders; reads customers",
                "select * from (select * from orders where id = 42) x | reads orders/42",
                "select * from (orders join customers on customers.id = orders.customer_id)"
                        + " | reads orders; reads customers",
                "select * from customers where id = 7 and exists (select 1 from orders o where o.id = 42)"
                        + " | reads customers/7; reads orders/42",
                "select * from customers where id in (select customer_id from orders where id = 42)"
                        + " | reads customers; reads orders/42",
                "select (select max(nr) from lines) from orders where id = 42 | reads orders/42; reads lines",
                "select * from orders where id = (select max(order_id) from lines) | reads orders; reads lines",
                "select * from orders where id = 42 union select * from orders where id = 43"
                        + " | reads orders/42; reads orders/43",
                "select * from orders where id = 42 order by (select count(*) from lines)"
                        + " | reads orders/42; reads lines",
                "select state, count(*) from orders group by state having count(*) > (select count(*) from log)"
                        + " | reads orders; reads log",
                "with x as (select * from orders where id = 42) select * from x | reads orders/42",
                "with orders as (select * from customers where id = 7) select * from orders | reads customers/7",
                "with \"oRders\" as (select 1 as n) select * from orders | reads orders",
                "select * from orders ox, customers \"oX\" where \"oX\".id = 7 | reads orders; reads customers/7",
                "with x as (select * from lines), y as (select * from x where nr = 1) select * from y | reads lines",
                "with recursive r(n) as (select 1 union all select n + 1 from r where n < 3) select * from r, orders"
                        + " | reads orders",
                "select case when exists (select 1 from log) then 1 else 2 end | reads log",
                "select sum(total) over (partition by state) from orders | reads orders",
            })
    void every_table_is_found_wherever_it_stands(String sql, String expected) {
        assertTouched(sql, expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "update orders set state = 'paid' where id = 42 | writes orders/42",
                "update orders set state = 'paid' | writes orders",
                "update orders set state = (select max(text) from log) where id = 42 | writes orders/42; reads log",
                "update orders set customer_id = 8 where id = 42 | writes orders/42; reads customers/8",
                "update orders set customer_id = customer_id + 1 where id = 41 | writes orders/41; reads customers",
                "update products set sku = 'c' where sku = 'a' | writes products/a; writes products/c",
                "update products set sku = sku where sku = 'a' | writes products/a; writes products",
                "update customers set email = 'new' where id = 7 | writes customers",
                "update customers set name = 'new' where id = 7 | writes customers/7",
                "delete from products where sku = 'a' | writes products/a",
                "delete from orders where id = 43 | writes orders/43; writes lines/43",
                "delete from customers where id = 9 | writes customers/9; reads orders",
                "delete from log | writes log",
                "insert into products values ('c', 3) | writes products/c",
                "insert into products(price, sku) values (3, 'c') | writes products/c",
                "insert into products values ('c', 3), ('d', 4) | writes products/c; writes products/d",
                "insert into products select 'c', 3 from log | writes products; reads log",
                "insert into orders values (44, 7, 'new', 1) | writes orders/44; reads customers/7",
                "insert into orders(id) values (44) | writes orders/44; reads customers",
                "insert into lines values (42, 3, 'c') | writes lines/42/3; reads orders/42",
                "insert into customers values (9, 'Eve', 'eve@x') | writes customers",
                "insert into seats(name) values ('x') | writes seats",
                "insert into seats values (default, 'x') | writes seats",
                "insert into log(text) values ('x') | writes log",
                "select * from orders where id = 42 for update | writes orders/42",
                "select * from (select * from orders where id = 42) x for update | writes orders/42",
                "insert into tokens values ('0F1E2D3C-4B5A-6978-8796-A5B4C3D2E1F0', 'x')"
                        + " | writes tokens/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0",
            })
    void what_a_change_touches_counts_with_what_follows_from_it(String sql, String expected) {
        assertTouched(sql, expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "create table more(id integer) | writes /",
                "drop table log | writes /",
                "alter table log add more integer | writes /",
                "truncate table log | writes /",
                "select * from totals | reads /",
                "select * from information_schema.tables | reads /",
                "select * from archive.orders where id = 1 | reads archive.orders/1",
                "update archive.orders set state = 'x' where id = 1 | writes archive.orders/1",
                "select x from \"Mixed\" where \"Id\" = 1 | reads Mixed/1",
                "select * from orders where id = 42 -- the one | reads orders/42",
                "select * from orders /* or not */ where id = 42 | reads orders/42",
                "select * from products where sku = 'it''s' | reads products",
            })
    void what_is_not_certain_is_everything(String sql, String expected) {
        assertTouched(sql, expected);
    }

    @Test
    void parameters_are_values() {
        assertThat(Touched.by(observed, "select * from orders where state = ? and id = ?", "open", 42L))
                .containsExactly("reads orders/42");
        assertThat(Touched.by(observed, "select * from orders where id in (?, ?)", 42, new BigDecimal("43.0")))
                .containsExactlyInAnyOrder("reads orders/42", "reads orders/43");
        assertThat(Touched.by(observed, "update orders set state = ? where id = ?", "42", 41))
                .containsExactly("writes orders/41");
        assertThat(Touched.by(observed, "select * from orders where id = ?", new BigDecimal("42.5")))
                .containsExactly("reads orders");
        assertThat(Touched.by(observed, "select * from products where sku = ?", "a"))
                .containsExactly("reads products/a");
        assertThat(Touched.by(observed, "select * from tokens where id = ?", UUID.fromString(ID)))
                .containsExactly("reads tokens/" + ID);
        assertThat(Touched.by(observed, "insert into lines values (?, ?, ?)", 41, 1, "a"))
                .containsExactlyInAnyOrder("writes lines/41/1", "reads orders/41");
        assertThat(Touched.by(observed, "select * from orders where id = ? limit ?", 42, 1))
                .containsExactly("reads orders/42");
    }

    @Test
    void a_statement_that_is_executed_again_is_told_of_with_its_new_values() {
        assertThat(Touched.by(observed, connection -> {
                    try (PreparedStatement statement =
                            connection.prepareStatement("update orders set state = 'x' where id = ?")) {
                        for (int id = 41; id < 44; id++) {
                            statement.setLong(1, id);
                            statement.executeUpdate();
                        }
                        statement.setNull(1, java.sql.Types.BIGINT);
                        statement.executeUpdate();
                    }
                }))
                .containsExactly("writes orders/41", "writes orders/42", "writes orders/43", "writes orders");
    }

    @Test
    void each_statement_of_a_batch_is_told_of() {
        assertThat(Touched.by(observed, connection -> {
                    try (PreparedStatement statement =
                            connection.prepareStatement("update orders set state = ? where id = ?")) {
                        for (int id = 41; id < 43; id++) {
                            statement.setString(1, "x");
                            statement.setInt(2, id);
                            statement.addBatch();
                        }
                        statement.executeBatch();
                    }
                    try (Statement statement = connection.createStatement()) {
                        statement.addBatch("delete from products where sku = 'a'");
                        statement.addBatch("update orders set state = 'y' where id = 43");
                        statement.executeLargeBatch();
                    }
                }))
                .containsExactly("writes orders/41", "writes orders/42", "writes products/a", "writes orders/43");
    }

    /** What a driver keeps of an earlier entry, the observer does not. */
    @Test
    void an_entry_of_a_batch_without_all_values_is_the_whole_table() {
        assertThat(Touched.by(observed, connection -> {
                    try (PreparedStatement statement =
                            connection.prepareStatement("update orders set state = ? where id = ?")) {
                        statement.setString(1, "x");
                        statement.setInt(2, 41);
                        statement.addBatch();
                        statement.setString(1, "y");
                        statement.setInt(2, 41);
                        statement.clearParameters();
                        statement.setInt(2, 42);
                        statement.setString(1, "y");
                        statement.addBatch();
                        statement.executeBatch();
                    }
                }))
                .containsExactly("writes orders/41", "writes orders/42");
    }

    @Test
    void several_ways_of_execution_are_one() {
        assertThat(Touched.by(observed, connection -> {
                    try (Statement statement = connection.createStatement()) {
                        statement
                                .executeQuery("select * from orders where id = 41")
                                .close();
                        statement.executeUpdate("update orders set state = 'x' where id = 42");
                        statement.executeLargeUpdate("update orders set state = 'x' where id = 43");
                        statement.execute("delete from products where sku = 'a'", Statement.RETURN_GENERATED_KEYS);
                    }
                }))
                .containsExactly("reads orders/41", "writes orders/42", "writes orders/43", "writes products/a");
    }

    @Test
    void rows_of_an_updatable_result_can_be_changed_without_a_statement() {
        assertThat(Touched.by(observed, connection -> {
                    try (Statement statement = connection.createStatement(
                                    ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.CONCUR_UPDATABLE);
                            ResultSet rows =
                                    statement.executeQuery("select sku, price from products where sku = 'a'")) {
                        rows.next();
                        rows.updateBigDecimal("price", BigDecimal.TEN);
                        rows.updateRow();
                    }
                }))
                .contains("writes products");
    }

    @Test
    void a_statement_that_fails_is_told_of_too() {
        assertThat(Touched.by(observed, connection -> {
                    try (Statement statement = connection.createStatement()) {
                        statement.executeUpdate("insert into products values ('a', 1)");
                    } catch (SQLException e) {
                        assertThat(e.getSQLState()).startsWith("23");
                    }
                }))
                .containsExactly("writes products/a");
    }

    @Test
    void sequences_are_written_when_a_number_is_taken() {
        assertThat(Touched.by(
                        observed,
                        "select next value for order_numbers".replace("next value for order_numbers", nextNumber())))
                .containsExactly("writes order_numbers");
        assertThat(Touched.by(observed, "insert into products values ('x', " + nextNumber() + ")"))
                .containsExactlyInAnyOrder("writes products/x", "writes order_numbers");
    }

    String nextNumber() {
        return "nextval('order_numbers')";
    }

    @Test
    void procedures_and_unknown_functions_may_do_anything() {
        assertThat(Touched.by(observed, "select " + unknownFunction())).contains("writes /");
        assertThat(Touched.by(observed, connection -> {
                    try (CallableStatement statement = connection.prepareCall("{? = call abs(-1)}")) {
                        statement.registerOutParameter(1, java.sql.Types.INTEGER);
                        statement.execute();
                    } catch (SQLException e) {
                        // what the database makes of it does not matter
                        assertThat(e.getMessage()).isNotNull();
                    }
                }))
                .contains("writes /");
    }

    @Test
    void what_is_done_with_the_drivers_own_objects_may_be_anything() {
        assertThat(Touched.by(observed, connection -> connection.unwrap(java.sql.Connection.class)))
                .containsExactly("writes /");
        assertThat(Touched.by(observed, connection -> connection.isWrapperFor(java.sql.Connection.class)))
                .isEmpty();
    }

    @Test
    void a_trigger_may_do_anything() {
        makeTrigger();
        assertThat(Touched.by(observed, "update orders set state = 'x' where id = 42"))
                .containsExactlyInAnyOrder("writes orders/42", "writes /");
        assertThat(Touched.by(observed, "select * from orders where id = 42")).containsExactly("reads orders/42");
        DataSource ignoring = ObservedDataSource.builder(raw()).ignoreTriggers().build();
        assertThat(Touched.by(ignoring, "update orders set state = 'x' where id = 42"))
                .containsExactly("writes orders/42");
    }

    @Test
    void tables_are_looked_at_anew_after_they_may_have_changed() {
        assertThat(Touched.by(observed, "insert into log(text) values ('x')")).containsExactly("writes log");
        assertThat(Touched.by(observed, "create table fresh(id integer primary key)"))
                .containsExactly("writes /");
        assertThat(Touched.by(observed, "insert into fresh values (1)")).containsExactly("writes fresh/1");
        assertThat(Touched.by(observed, "alter table fresh add more integer unique"))
                .containsExactly("writes /");
        assertThat(Touched.by(observed, "insert into fresh values (2, 1)")).containsExactly("writes fresh");
    }

    @Test
    void what_the_user_says_of_the_database_counts() {
        DataSource told = ObservedDataSource.builder(raw())
                .under("shop")
                .resource("orders", "order")
                .key("log", "text")
                .view("totals", "orders")
                .build();
        assertThat(Touched.by(told, "select * from orders where id = 42")).containsExactly("reads shop/order/42");
        assertThat(Touched.by(told, "select * from totals")).containsExactly("reads shop/order");
        assertThat(Touched.by(told, "insert into log(text) values ('x')")).containsExactly("writes shop/log/x");
        assertThat(Touched.by(told, "insert into log(text, at) values (?, null)", "y"))
                .containsExactly("writes shop/log/y");
        assertThat(Touched.by(told, "delete from log where text = 'x'")).containsExactly("writes shop/log/x");
        assertThat(Touched.by(told, "update log set text = 'z' where text = 'y'"))
                .containsExactlyInAnyOrder("writes shop/log/y", "writes shop/log/z");
    }

    @Test
    void where_nobody_listens_the_database_is_not_asked() throws SQLException {
        try (var connection = observed.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select state from orders where id = 42")) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getString(1)).isEqualTo("open");
        }
    }

    @Test
    void several_statements_in_one_text_are_everything() {
        assertThat(Touched.by(observed, connection -> {
                    try (Statement statement = connection.createStatement()) {
                        statement.execute("delete from log; delete from products");
                    }
                }))
                .containsExactly("writes /");
    }
}
