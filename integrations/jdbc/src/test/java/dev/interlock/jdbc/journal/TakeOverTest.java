package dev.interlock.jdbc.journal;

import static dev.interlock.jdbc.journal.Entries.began;
import static dev.interlock.jdbc.journal.Entries.ids;
import static dev.interlock.jdbc.journal.Entries.starts;
import static dev.interlock.jdbc.journal.Proxied.invoke;
import static dev.interlock.jdbc.journal.Proxied.proxy;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Rounds whose owner has no row, because it was closed, and begins again while another owner takes them over. */
@Timeout(120)
class TakeOverTest {

    enum Database {
        /** It does not block a statement that meets another transaction's key, but tries it over and over. */
        H2("select count(*) from information_schema.sessions"
                + " where executing_statement like 'insert into interlock_owner%'"),
        POSTGRES("select count(*) from pg_locks where not granted");

        /** Counts the transactions that wait for another one. */
        private final String waiting;

        Database(String waiting) {
            this.waiting = waiting;
        }

        /** An empty one; skips the test where there is none. */
        DataSource make() {
            return (this == H2 ? new JdbcJournalH2Test() : new JdbcJournalPostgresTest()).database();
        }

        boolean hasWaiting(DataSource database) throws SQLException {
            try (Connection connection = database.getConnection();
                    Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery(waiting)) {
                row.next();
                return row.getInt(1) > 0;
            }
        }
    }

    /** What happens on the taker's thread in the middle of its work; once. */
    private final AtomicReference<Runnable> meanwhile = new AtomicReference<>(() -> {});

    /** Where that happens: in front of the commit behind a statement that begins so, or in front of the statement. */
    private enum At {
        STATEMENT,
        COMMIT
    }

    private DataSource watched(DataSource database, String sql, At at) {
        return proxy(DataSource.class, database, (connection, method, arguments) -> {
            Object made = invoke(connection, method, arguments);
            return made instanceof Connection real ? watched(real, sql, at) : made;
        });
    }

    private Connection watched(Connection connection, String sql, At at) {
        boolean[] met = {false};
        return proxy(Connection.class, connection, (real, method, arguments) -> {
            boolean meets = method.getName().equals("prepareStatement")
                    && arguments[0].toString().startsWith(sql);
            met[0] |= meets;
            if (at == At.STATEMENT ? meets : met[0] && method.getName().equals("commit")) {
                meanwhile.getAndSet(() -> {}).run();
            }
            return invoke(real, method, arguments);
        });
    }

    private static JdbcJournal open(DataSource database, String owner) {
        return JdbcJournal.on(database).owner(owner).open();
    }

    /** Leaves a round, by an owner that was closed. */
    private static DataSource withLeftRound(Database kind) {
        DataSource database = kind.make();
        JdbcJournal.createSchema(database);
        try (JdbcJournal before = open(database, "node-7")) {
            before.write(began("r"));
        }
        return database;
    }

    @ParameterizedTest
    @EnumSource
    void an_owner_that_begins_again_while_its_rounds_are_taken_over_waits_and_has_none_of_them(Database kind)
            throws Exception {
        DataSource database = withLeftRound(kind);
        CountDownLatch changed = new CountDownLatch(1);
        CountDownLatch commit = new CountDownLatch(1);
        meanwhile.set(() -> {
            changed.countDown();
            awaitLatch(commit);
        });
        try (ExecutorService threads = Executors.newFixedThreadPool(2);
                JdbcJournal taker = open(watched(database, "update interlock_round", At.COMMIT), "taker")) {
            Future<List<String>> taken = threads.submit(() -> ids(taker));
            assertThat(changed.await(20, SECONDS)).isTrue();
            Future<List<String>> kept = threads.submit(() -> {
                try (JdbcJournal again = open(database, "node-7")) {
                    return ids(again);
                }
            });
            await().until(() -> kept.isDone() || kind.hasWaiting(database));
            commit.countDown();

            assertThat(kept.get(20, SECONDS)).isEmpty();
            assertThat(taken.get(20, SECONDS)).containsExactly("r");
        }
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @EnumSource
    void an_owner_that_has_begun_again_before_its_rounds_are_taken_over_keeps_them(Database kind) {
        DataSource database = withLeftRound(kind);
        AtomicReference<JdbcJournal> again = new AtomicReference<>();
        meanwhile.set(() -> again.set(open(database, "node-7")));
        try (JdbcJournal taker = open(watched(database, "delete from interlock_owner", At.STATEMENT), "taker")) {
            assertThat(ids(taker)).isEmpty();
            assertThat(again).doesNotHaveNullValue();
            try (JdbcJournal owner = again.get()) {
                assertThat(ids(owner)).containsExactly("r");
                owner.write(began("r"));
                owner.write(starts("r"));
                assertThat(ids(taker)).isEmpty();
            }

            assertThat(ids(taker)).containsExactly("r");
            taker.write(began("s"));
            taker.write(starts("s"));
        }
    }
}
