package dev.interlock.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.h2.api.Trigger;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;

class ObservedH2Test extends ObservedDatabaseTest {

    /** Does nothing, but might. */
    public static final class Idle implements Trigger {
        @Override
        public void fire(Connection connection, Object[] oldRow, Object[] newRow) {
            // nothing
        }
    }

    @Override
    DataSource database() {
        JdbcDataSource dataSource = new JdbcDataSource();
        dataSource.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
        return dataSource;
    }

    @Override
    void makeTrigger() {
        Touched.execute(
                raw(), "create trigger t after update on orders for each row call \"" + Idle.class.getName() + "\"");
    }

    @Override
    String unknownFunction() {
        return "memory_used()";
    }

    @Test
    void a_number_of_a_sequence_can_be_taken_in_the_standards_words() {
        assertThat(Touched.by(observed, "select next value for order_numbers")).containsExactly("writes order_numbers");
    }

    @Test
    void merge_may_insert_and_change_and_delete() {
        assertThat(Touched.by(
                        observed,
                        "merge into orders o using (values (42)) s(id) on o.id = s.id"
                                + " when matched then update set state = 'x'"))
                .contains("writes orders", "reads customers", "writes lines");
        assertThat(Touched.by(observed, "merge into products key(sku) values ('a', 5)"))
                .containsAnyOf("writes /", "writes products");
    }

    @Test
    void text_without_letter_case_tells_no_rows_apart() {
        Touched.execute(raw(), "create table words(word varchar_ignorecase(20) primary key)");
        assertThat(Touched.by(observed, "insert into words values ('A')")).containsExactly("writes words");
        Touched.execute(raw(), "create table padded(word char(5) primary key)");
        assertThat(Touched.by(observed, "insert into padded values ('A')")).containsExactly("writes padded");
    }

    @Test
    void a_number_in_quotes_is_that_number_and_a_text_without_is_none() {
        assertThat(Touched.by(observed, "select * from orders where id = '42'")).containsExactly("reads orders/42");
        Touched.execute(raw(), "delete from products", "insert into products values ('042', 1)");
        assertThat(Touched.by(observed, "select * from products where sku in (42)"))
                .containsExactly("reads products");
    }

    @Test
    void the_schema_of_a_connection_counts() {
        assertThat(Touched.by(observed, "select * from orders where id = 1")).containsExactly("reads orders/1");
        assertThat(Touched.by(observed, connection -> {
                    connection.setSchema("ARCHIVE");
                    try (var statement = connection.createStatement()) {
                        statement.execute("update orders set state = 'x' where id = 1");
                    }
                }))
                .containsExactly("writes archive.orders/1");
    }

    @Test
    void a_default_that_takes_a_number_writes_its_sequence() {
        Touched.execute(
                raw(),
                "create table numbered(id integer primary key, nr integer default next value for order_numbers)");
        assertThat(Touched.by(observed, "insert into numbered(id) values (1)"))
                .contains("writes numbered/1")
                .containsAnyOf("writes order_numbers", "writes /");
        assertThat(Touched.by(observed, "insert into numbered(id, nr) values (2, 2)"))
                .containsExactly("writes numbered/2");
    }

    @Test
    void a_column_that_is_set_to_its_default_takes_a_number() {
        Touched.execute(
                raw(),
                "create table numbered(id integer primary key, nr integer default next value for order_numbers)");
        for (String sql : List.of(
                "insert into numbered(id, nr) values (1, default)",
                "insert into numbered values (2, 2), (3, DEFAULT)",
                "update numbered set nr = default where id = 1")) {
            assertThat(Touched.by(observed, sql)).as(sql).containsAnyOf("writes order_numbers", "writes /");
        }
        assertThat(Touched.by(observed, "update numbered set nr = 5 where id = 1"))
                .containsExactly("writes numbered/1");
    }

    @Test
    void a_column_that_is_generated_changes_with_any_other() {
        Touched.execute(
                raw(),
                "create table people(id integer primary key, email varchar(20),"
                        + " folded varchar(20) generated always as (lower(email)) unique)");
        assertThat(Touched.by(observed, "update people set email = 'x' where id = 1"))
                .containsExactly("writes people");
    }

    @Test
    void rows_of_an_updatable_result_of_a_view_are_those_of_its_tables() {
        DataSource told =
                ObservedDataSource.builder(raw()).view("totals", "orders").build();
        assertThat(Touched.by(told, ObservedH2Test::updatable)).contains("writes orders");
        assertThat(Touched.by(observed, ObservedH2Test::updatable)).contains("writes /");
    }

    private static void updatable(Connection connection) throws SQLException {
        try (Statement statement =
                connection.createStatement(ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.CONCUR_UPDATABLE)) {
            statement.executeQuery("select * from totals").close();
        }
    }
}
