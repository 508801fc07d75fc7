package dev.interlock.replicas.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.interlock.replicas.Databases;
import dev.interlock.replicas.Exchange;
import dev.interlock.replicas.LimitServer;
import dev.interlock.replicas.LimitServerContract;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PostgresLimitServerTest extends LimitServerContract {

    private static DataSource database;

    @BeforeAll
    static void connect() throws Exception {
        assumeTrue(Databases.url().isPresent(), "PostgreSQL is not installed");
        database = Databases.at(Databases.url().orElseThrow());
        PostgresLimitServer.of(database, "any").createTables();
        PostgresLimitServer.of(database, "any").createTables();
    }

    @Override
    protected LimitServer server(String name) {
        return PostgresLimitServer.of(database, name);
    }

    @Test
    void a_database_that_cannot_be_reached_fails() {
        PostgresLimitServer lost =
                PostgresLimitServer.of(Databases.at("jdbc:postgresql://127.0.0.1:1/postgres?connectTimeout=1"), "lost");
        assertThatThrownBy(() -> lost.exchange(new Exchange(
                        "s", "r", Duration.ofSeconds(1), List.of(), List.of(), List.of(), List.of(), List.of(), false)))
                .isInstanceOf(SQLException.class);
        assertThat(lost.askAgainAfter()).isEqualTo(Duration.ofMillis(20));
    }
}
