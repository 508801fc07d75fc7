package dev.interlock.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ActiveTablesTest {

    /** They show triggers to those only who may make some, so that none to be seen says nothing. */
    @ParameterizedTest
    @ValueSource(strings = {"MySQL", "MariaDB", "Some other"})
    void a_table_of_which_triggers_are_not_certain_to_be_seen_has_some(String product) throws SQLException {
        TableId table = new TableId("shop", null, "orders");
        assertThat(ActiveTables.of(connection(product), table, false)).isEqualTo(new ActiveTables(true, false, false));
        assertThat(ActiveTables.of(connection(product), table, true)).isEqualTo(new ActiveTables(false, false, false));
    }

    private static Connection connection(String product) {
        DatabaseMetaData database = of(DatabaseMetaData.class, "getDatabaseProductName", product);
        return of(Connection.class, "getMetaData", database);
    }

    private static <T> T of(Class<T> type, String method, Object result) {
        return type.cast(
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, called, given) -> {
                    if (called.getName().equals(method)) {
                        return result;
                    }
                    throw new UnsupportedOperationException(called.toString());
                }));
    }
}
