package dev.interlock.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** Skipped where PostgreSQL is not installed: {@code apt-get install postgresql}. */
class ObservedPostgresTest extends ObservedDatabaseTest {

    @Override
    DataSource database() {
        Assumptions.assumeTrue(
                PostgresServer.get().isPresent(),
                "PostgreSQL is not installed below /usr/lib/postgresql, or cannot be started");
        DataSource dataSource = of(PostgresServer.get().orElseThrow());
        Touched.execute(
                dataSource,
                "set client_min_messages to warning",
                "drop schema if exists archive cascade",
                "drop schema public cascade",
                "create schema public");
        return dataSource;
    }

    private static DataSource of(PostgresServer server) {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setUrl(server.url("postgres"));
        dataSource.setUser("test");
        return dataSource;
    }

    @Override
    void makeTrigger() {
        Touched.execute(
                raw(),
                "create function idle() returns trigger language plpgsql as 'begin return new; end'",
                "create trigger t after update on orders for each row execute function idle()");
    }

    @Override
    String unknownFunction() {
        return "pg_backend_pid()";
    }

    @Test
    void an_insertion_that_may_be_a_change_is_both() {
        assertThat(Touched.by(
                        observed,
                        "insert into products values ('a', 5) on conflict (sku) do update set price = excluded.price"))
                .containsExactly("writes products/a");
        assertThat(Touched.by(
                        observed,
                        "insert into orders values (42, 7, 'x', 1) on conflict (id) do update set customer_id = 8"))
                .contains("writes orders/42", "reads customers/8");
        assertThat(Touched.by(observed, "insert into products values ('a', 5) on conflict do nothing"))
                .containsExactly("writes products/a");
    }

    @Test
    void a_change_within_a_query_is_a_change() {
        assertThat(Touched.by(
                        observed,
                        "with gone as (delete from products where sku = 'b' returning sku) select * from gone"))
                .containsExactly("writes products/b");
        assertThat(Touched.by(
                        observed,
                        "with made as (insert into products values ('z', 1) returning sku)"
                                + " update orders set state = 'x' where id = 42"))
                .containsExactlyInAnyOrder("writes products/z", "writes orders/42");
    }

    @Test
    void other_tables_of_a_change_are_read() {
        assertThat(Touched.by(
                        observed,
                        "update orders set state = c.name from customers c where orders.id = 42 and c.id = 7"))
                .contains("writes orders/42")
                .containsAnyOf("reads customers", "reads customers/7");
        assertThat(Touched.by(
                        observed, "delete from lines using products p where lines.order_id = 42 and p.sku = lines.sku"))
                .containsExactlyInAnyOrder("writes lines/42", "reads products");
        assertThat(Touched.by(observed, "update orders set state = 'x' from customers c where orders.id = c.id"))
                .contains("writes orders");
    }

    @Test
    void a_full_join_reads_both_tables() {
        assertThat(Touched.by(observed, "select * from orders o full join customers c on c.id = o.customer_id"))
                .containsExactly("reads orders", "reads customers");
    }

    @Test
    void serial_columns_write_their_sequence() {
        Touched.execute(raw(), "create table numbered(nr serial, id integer primary key)");
        assertThat(Touched.by(observed, "insert into numbered(id) values (1)"))
                .containsExactlyInAnyOrder("writes numbered/1", "writes numbered_nr_seq");
        assertThat(Touched.by(observed, "select nextval('public.numbered_nr_seq'::regclass)"))
                .containsExactly("writes numbered_nr_seq");
    }

    @Test
    void rows_that_have_two_names_are_told_apart_by_none() {
        Touched.execute(
                raw(),
                "create table parts(id integer primary key) partition by range (id)",
                "create table parts_low partition of parts for values from (0) to (100)");
        assertThat(Touched.by(observed, "select * from parts_low where id = 1")).containsExactly("reads /");
        assertThat(Touched.by(observed, "insert into parts_low values (1)")).containsExactly("writes /");
        assertThat(Touched.by(observed, "insert into parts values (2)"))
                .containsAnyOf("writes parts/2", "writes parts", "writes /");
    }

    @Test
    void rules_and_policies_and_exclusions_may_do_anything() {
        Touched.execute(
                raw(),
                "create table ruled(id integer primary key)",
                "create rule r as on insert to ruled do also insert into log(text) values ('x')",
                "create table secret(id integer primary key)",
                "alter table secret enable row level security",
                "create table booked(id integer primary key, during int4range, exclude using gist (during with &&))");
        assertThat(Touched.by(observed, "insert into ruled values (1)")).contains("writes /");
        assertThat(Touched.by(observed, "select * from secret where id = 1")).containsExactly("reads /");
        assertThat(Touched.by(observed, "insert into booked values (1, int4range(1, 2))"))
                .contains("writes /");
    }

    @Test
    void an_index_of_an_expression_makes_an_insertion_one_of_the_table() {
        Touched.execute(
                raw(),
                "create table names(id integer primary key, name text)",
                "create unique index i on names(lower(name))");
        assertThat(Touched.by(observed, "insert into names values (1, 'A')")).containsExactly("writes names");
        assertThat(Touched.by(observed, "update names set name = 'b' where id = 1"))
                .containsExactly("writes names");
    }

    @Test
    void the_search_path_counts() {
        assertThat(Touched.by(observed, "select state from orders where id = 1"))
                .containsExactly("reads orders/1");
        assertThat(Touched.by(observed, connection -> {
                    try (var statement = connection.createStatement()) {
                        statement.execute("set search_path to archive");
                        statement.execute("update orders set state = 'x' where id = 1");
                    }
                }))
                .containsExactly("writes /", "writes archive.orders/1");
    }

    @Test
    void a_temporary_table_hides_another() {
        assertThat(Touched.by(observed, connection -> {
                    try (var statement = connection.createStatement()) {
                        statement.execute("create temporary table orders(id integer primary key)");
                        statement.execute("insert into orders values (1)");
                    }
                }))
                .containsExactly("writes /");
    }

    @Test
    void backslashes_and_dollars_are_not_understood() {
        assertThat(Touched.by(observed, "select * from products where sku = E'\\'' or sku = 'b'"))
                .containsExactly("writes /");
        assertThat(Touched.by(observed, "select * from products where sku = $$a$$"))
                .containsExactly("writes /");
    }

    @Test
    void only_a_part_of_a_transaction_that_failed_is_told_of_as_everything() {
        assertThat(Touched.by(observed, connection -> {
                    connection.setAutoCommit(false);
                    try (var statement = connection.createStatement()) {
                        statement.executeUpdate("update orders set state = 'x' where id = 42");
                        var savepoint = connection.setSavepoint();
                        try {
                            statement.executeUpdate("insert into products values ('a', 1)");
                        } catch (java.sql.SQLException e) {
                            connection.rollback(savepoint);
                        }
                        statement.executeUpdate("update orders set state = 'y' where id = 43");
                    }
                    connection.commit();
                }))
                .containsExactly("writes orders/42", "writes products/a", "writes orders/43");
    }

    @Test
    void an_index_of_some_rows_makes_any_change_one_of_the_table() {
        Touched.execute(
                raw(),
                "create table accounts(id integer primary key, owner text, active boolean)",
                "create unique index i on accounts(owner) where active");
        assertThat(Touched.by(observed, "update accounts set active = true where id = 5"))
                .containsExactly("writes accounts");
    }

    @Test
    void a_column_that_is_generated_changes_with_any_other() {
        Touched.execute(
                raw(),
                "create table people(id integer primary key, email text,"
                        + " folded text generated always as (lower(email)) stored unique)",
                "create table mails(id integer primary key, receiver text,"
                        + " folded text generated always as (lower(receiver)) stored references people(folded))");
        assertThat(Touched.by(observed, "update people set email = 'x' where id = 1"))
                .containsExactlyInAnyOrder("writes people", "reads mails");
        assertThat(Touched.by(observed, "update mails set receiver = 'x' where id = 1"))
                .containsExactlyInAnyOrder("writes mails/1", "reads people");
    }

    @Test
    void a_change_of_tables_counts_from_its_commit_on() throws SQLException {
        try (Connection changing = observed.getConnection();
                Statement statement = changing.createStatement()) {
            changing.setAutoCommit(false);
            statement.execute("create unique index i on customers(name)");
            assertThat(Touched.by(observed, "select * from customers where id = 7"))
                    .containsExactly("reads customers/7");
            changing.commit();
        }
        assertThat(Touched.by(observed, "update customers set name = 'x' where id = 7"))
                .containsExactly("writes customers");
    }

    @Test
    void a_transaction_that_is_begun_by_a_statement_counts_as_one() throws SQLException {
        try (Connection changing = observed.getConnection();
                Statement statement = changing.createStatement()) {
            statement.execute("begin");
            statement.execute("create unique index i on customers(name)");
            assertThat(Touched.by(observed, "select * from customers where id = 7"))
                    .containsExactly("reads customers/7");
            statement.execute("commit");
        }
        assertThat(Touched.by(observed, "update customers set name = 'x' where id = 7"))
                .containsExactly("writes customers");
    }

    @Test
    void a_column_that_gets_no_value_takes_a_number_of_its_sequence() {
        Touched.execute(raw(), "create table numbered(id integer primary key, nr serial)");
        assertThat(Touched.by(observed, "insert into numbered values (1)"))
                .containsExactlyInAnyOrder("writes numbered/1", "writes numbered_nr_seq");
        assertThat(Touched.by(observed, "insert into numbered select 2"))
                .containsExactlyInAnyOrder("writes numbered", "writes numbered_nr_seq");
        assertThat(Touched.by(
                        observed, "insert into numbered values (1, 1) on conflict (id) do update set nr = default"))
                .containsExactlyInAnyOrder("writes numbered/1", "writes numbered_nr_seq");
        assertThat(Touched.by(observed, "update numbered set (id, nr) = (1, default) where id = 1"))
                .containsExactlyInAnyOrder("writes numbered/1", "writes numbered_nr_seq");
    }
}
