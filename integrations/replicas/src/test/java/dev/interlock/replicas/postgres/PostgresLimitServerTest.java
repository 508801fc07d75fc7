package dev.interlock.replicas.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.interlock.effect.Access;
import dev.interlock.replicas.Databases;
import dev.interlock.replicas.Exchange;
import dev.interlock.replicas.LimitServer;
import dev.interlock.replicas.LimitServerContract;
import dev.interlock.replicas.ReplicaClaim;
import dev.interlock.replicas.Reply;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
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

    private static Exchange exchange(
            String session, long number, List<ReplicaClaim> asked, List<String> waiting, List<String> released) {
        return new Exchange(
                session,
                number,
                number - 1,
                "r",
                Duration.ofHours(10),
                asked,
                waiting,
                List.of(),
                List.of(),
                released,
                false);
    }

    private static ReplicaClaim write(String id) {
        return ReplicaClaim.of(id, "tool 'w'", List.of(), List.of(Access.write("x")), List.of());
    }

    /** So replicas that wait do not hold up those that exchange. */
    @Test
    void a_replica_that_waits_looks_without_the_lock_whether_another_one_has_granted_what_it_waits_for()
            throws Exception {
        String name = "looks-" + UUID.randomUUID();
        LimitServer one = server(name);
        LimitServer two = PostgresLimitServer.looking(database, name, Duration.ofHours(1));
        one.exchange(exchange("a", 1, List.of(write("1")), List.of(), List.of()));
        two.exchange(exchange("b", 1, List.of(write("2")), List.of(), List.of()));
        Exchange waits = exchange("b", 1, List.of(), List.of("2"), List.of());
        try (Connection locking = lock(name)) {
            assertThat(two.exchange(waits)).isEqualTo(new Reply(true, Set.of(), Map.of("2", Reply.RESOURCE)));
            locking.rollback();
        }
        one.exchange(exchange("a", 2, List.of(), List.of(), List.of("1")));
        try (Connection locking = lock(name)) {
            assertThat(two.exchange(waits)).isEqualTo(new Reply(true, Set.of("2"), Map.of()));
            locking.rollback();
        }
        // What is not there takes an exchange.
        assertThat(two.exchange(exchange("b", 1, List.of(), List.of("2", "3"), List.of())))
                .isEqualTo(new Reply(true, Set.of("2"), Map.of()));
    }

    private static Connection lock(String name) throws SQLException {
        Connection connection = database.getConnection();
        connection.setAutoCommit(false);
        try (PreparedStatement statement =
                connection.prepareStatement("select pg_advisory_xact_lock(hashtextextended(?, 4711))")) {
            statement.setString(1, "interlock " + name);
            statement.execute();
        }
        return connection;
    }

    @Test
    void a_database_that_cannot_be_reached_fails() {
        PostgresLimitServer lost =
                PostgresLimitServer.of(Databases.at("jdbc:postgresql://127.0.0.1:1/postgres?connectTimeout=1"), "lost");
        assertThatThrownBy(() -> lost.exchange(new Exchange(
                        "s",
                        1,
                        0,
                        "r",
                        Duration.ofSeconds(1),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(),
                        false)))
                .isInstanceOf(SQLException.class);
        assertThat(lost.askAgainAfter()).isEqualTo(Duration.ofMillis(20));
    }
}
