package dev.interlock.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.interlock.effect.Effects;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SqlToolsTest {

    @TempDir
    private Path temporary;

    private SqlTools tools;

    @BeforeEach
    void make() throws SQLException {
        tools = new SqlTools(DemoWorld.SCRIPT);
    }

    @AfterEach
    void close() throws SQLException {
        tools.close();
    }

    @Test
    void queries_and_changes_do_what_they_say() throws SQLException {
        assertThat(tools.querySql("select sku, pieces from stock order by sku"))
                .isEqualTo("SKU | PIECES\nESP-200 | 3\nGRD-50 | 2");
        assertThat(tools.executeSql("update stock set pieces = 0")).isEqualTo("2 rows");
        assertThat(tools.executeSql("delete from stock where sku = 'GRD-50'")).isEqualTo("1 row");
        assertThat(tools.querySql("select sku, pieces, null as x from stock"))
                .isEqualTo("SKU | PIECES | X\nESP-200 | 0 | null");
    }

    @Test
    void tables_of_the_models_own_can_be_made_and_dropped() throws SQLException {
        tools.executeSql("create table tea(name varchar)");
        tools.executeSql("insert into tea values ('assam')");

        assertThat(tools.querySql("select * from tea")).isEqualTo("NAME\nassam");
        assertThat(tools.querySql("select table_name from information_schema.tables where table_schema = 'TASK'"))
                .isEqualTo("TABLE_NAME\nTEA");
        tools.executeSql("drop table tea");
        assertThatExceptionOfType(SQLException.class).isThrownBy(() -> tools.querySql("select * from tea"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "update stock set pieces = 0",
                "delete from stock",
                "select * from final table (delete from stock)",
                "select * from old table (update stock set pieces = 0)",
                "select 1; delete from stock",
                "create table t(id int)",
                "execute immediate 'delete from stock'"
            })
    void a_query_changes_nothing(String sql) throws SQLException {
        assertThatExceptionOfType(SQLException.class).isThrownBy(() -> tools.querySql(sql));

        assertThat(tools.querySql("select sum(pieces) from stock")).endsWith("\n5");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "create alias sh as 'String sh(String c) throws Exception { return c; }'",
                "create alias task.ex for \"java.lang.System.exit\"",
                "call \"java.lang.System.getProperty\"('user.home')",
                "create aggregate task.ag for \"a.B\"",
                "create trigger task.tr before insert on stock call \"a.B\"",
                "create trigger task.tr before insert on stock as 'org.h2.api.Trigger create() { return null; }'",
                "create table task.e(id int) engine \"a.B\"",
                "runscript from '%s'",
                "script",
                "script to '%s.sql'",
                "backup to '%s.zip'",
                "select * from csvread('%s')",
                "call csvwrite('%s.csv', 'select 1')",
                "select file_read('%s', null)",
                "select file_write('x', '%s.txt')",
                "create table task.f as select * from csvread('%s')",
                "create constant task.c value file_read('%s')",
                "create linked table task.l('org.h2.Driver', 'jdbc:h2:file:%s', 'sa', '', 'T')",
                "create linked table task.l(null, 'jdbc:h2:mem:o', 'sa', '', 'T')",
                "select * from link_schema('task', '', 'jdbc:h2:mem:o', 'sa', '', 'PUBLIC')",
                "execute immediate 'create alias x for \"java.lang.System.exit\"'",
                "select 1; create alias x for \"java.lang.System.exit\"",
                "create user u password 'p' admin",
                "alter user writer admin true",
                "alter user admin set password 'p'",
                "grant all on schema public to reader",
                "create schema s",
                "drop table stock",
                "drop all objects",
                "drop all objects delete files",
                "shutdown",
                "set trace_level_file 3",
                "set database_event_listener 'a.B'",
                "set java_object_serializer 'a.B'",
                "set builtin_alias_override true",
                "set mode oracle",
                "set exclusive 1"
            })
    void what_reads_files_or_runs_code_or_needs_rights_is_refused(String template) throws Exception {
        Path file = Files.writeString(temporary.resolve("secret"), "a,b\n1,2\n");
        String sql = template.replace("%s", file.toString());

        assertThatExceptionOfType(SQLException.class).isThrownBy(() -> tools.executeSql(sql));
        assertThatExceptionOfType(SQLException.class).isThrownBy(() -> tools.querySql(sql));

        assertThat(temporary).isDirectoryNotContaining(path -> !path.equals(file));
        assertThat(tools.querySql("select count(*) from stock")).endsWith("\n2");
    }

    @Test
    void what_can_be_hidden_in_a_view_or_a_default_is_refused_when_it_is_used() throws Exception {
        Path file = Files.writeString(temporary.resolve("secret"), "secret");
        tools.executeSql("create view v as select file_read('" + file + "', null) as x");
        tools.executeSql("create table d(id int, x varchar default file_read('" + file + "', null))");

        assertThatExceptionOfType(SQLException.class).isThrownBy(() -> tools.querySql("select * from v"));
        assertThatExceptionOfType(SQLException.class).isThrownBy(() -> tools.executeSql("select * from v"));
        assertThatExceptionOfType(SQLException.class)
                .isThrownBy(() -> tools.executeSql("insert into d(id) values (1)"));
    }

    @Test
    void a_user_who_changes_his_password_or_session_locks_nobody_out() throws SQLException {
        tools.executeSql("set password 'other'");
        tools.executeSql("set schema public");

        assertThat(tools.executeSql("create table tea(name varchar)")).isEqualTo("0 rows");
    }

    @Test
    void who_drops_his_schema_and_changes_his_password_locks_nobody_out() throws SQLException {
        tools.executeSql("create table tea(name varchar)");
        tools.executeSql("set password 'other'; drop schema task cascade");

        assertThat(tools.querySql("select count(*) from stock")).endsWith("\n2");
        assertThat(tools.executeSql("create table tea(name varchar)")).isEqualTo("0 rows");
        assertThat(tools.querySql("select count(*) from tea")).endsWith("\n0");
    }

    @Test
    void a_query_that_a_sequence_can_be_hidden_in_is_a_write() throws Exception {
        tools.executeSql("create sequence sq");
        tools.executeSql("create view v as select next value for sq as n");

        assertThat(tools.querySql("select n from v")).isEqualTo("N\n1");
        assertThat(tools.querySql("select n from v")).isEqualTo("N\n2");
        assertThat(Effects.fromAnnotations(SqlTools.class.getDeclaredMethod("querySql", String.class)))
                .hasValueSatisfying(effects -> assertThat(effects.isReadOnly()).isFalse());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "set query_timeout 0; ", "execute immediate 'set query_timeout 0'; "})
    void a_session_cannot_take_its_limit_of_time_away(String first) throws SQLException {
        try (SqlTools impatient = new SqlTools("", Duration.ofMillis(100))) {
            assertThatExceptionOfType(SQLException.class)
                    .isThrownBy(() -> impatient.executeSql(
                            first + "select count(*) from system_range(1, 1000000) a, system_range(1, 1000000) b"))
                    .withMessageContaining("timed out");
        }
    }

    @Test
    void long_results_are_cut_off() throws SQLException {
        assertThat(tools.querySql("select x from system_range(1, 1000)")).endsWith("\n200\n(there are more rows)");
        assertThat(tools.querySql("select repeat('x', 1000000)")).endsWith("x\n(the value is longer)");
    }
}
