package dev.interlock.jdbc.journal;

import static dev.interlock.jdbc.journal.Entries.began;
import static dev.interlock.jdbc.journal.Entries.ids;
import static dev.interlock.jdbc.journal.Entries.over;
import static dev.interlock.jdbc.journal.Entries.starts;
import static dev.interlock.jdbc.journal.Proxied.invoke;
import static dev.interlock.jdbc.journal.Proxied.proxy;
import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rounds that begin or end while the journal's writer reads the unfinished ones. */
@Timeout(120)
class UnfinishedMeanwhileTest {

    private static final int NEVER = 0;

    /** The transactions of a look: the lease, the rounds of dead owners, the unfinished rounds. */
    private static final int BEFORE_READING = 2;

    private static final int AFTER_READING = 3;

    private final JdbcDataSource database = new JdbcDataSource();

    /** Which commit from now on has something happen behind it. */
    private final AtomicInteger commits = new AtomicInteger(NEVER);

    private volatile Runnable meanwhile = () -> {};

    @BeforeEach
    void makeTables() {
        database.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1;DB_CLOSE_ON_EXIT=FALSE");
        JdbcJournal.createSchema(database);
    }

    private JdbcJournal open() {
        return JdbcJournal.on(watched(DataSource.class, database)).owner("a").open();
    }

    private <T> T watched(Class<T> type, T target) {
        return proxy(type, target, (real, method, arguments) -> {
            Object result = invoke(real, method, arguments);
            if (method.getName().equals("commit") && commits.getAndUpdate(n -> Math.max(NEVER, n - 1)) == 1) {
                meanwhile.run();
            }
            return result instanceof Connection connection ? watched(Connection.class, connection) : result;
        });
    }

    /** On the writer's thread, behind a commit of the next look. */
    private void meanwhile(int commit, Runnable action) {
        meanwhile = action;
        commits.set(commit);
    }

    @Test
    void a_round_of_this_process_that_ends_before_the_table_is_read_is_not_unfinished() {
        try (JdbcJournal journal = open()) {
            journal.write(began("r"));
            journal.write(starts("r"));
            meanwhile(BEFORE_READING, () -> journal.write(over("r")));

            assertThat(ids(journal)).isEmpty();
            assertThat(commits).hasValue(NEVER);
            assertThat(ids(journal)).isEmpty();
        }
    }

    @Test
    void a_round_of_this_process_that_ends_after_the_table_is_read_is_not_unfinished() {
        try (JdbcJournal journal = open()) {
            journal.write(began("r"));
            journal.write(starts("r"));
            meanwhile(AFTER_READING, () -> journal.write(over("r")));

            assertThat(ids(journal)).isEmpty();
            assertThat(commits).hasValue(NEVER);
        }
    }

    @Test
    void a_left_round_that_is_resumed_and_ends_while_it_is_read_is_not_unfinished() {
        try (JdbcJournal before = open()) {
            before.write(began("left"));
            before.write(starts("left"));
            before.write(began("other"));
        }
        try (JdbcJournal journal = open()) {
            assertThat(ids(journal)).containsExactly("left", "other");
            meanwhile(AFTER_READING, () -> {
                journal.write(began("left"));
                journal.write(over("left"));
            });

            assertThat(ids(journal)).containsExactly("other");
            assertThat(commits).hasValue(NEVER);
            assertThat(ids(journal)).containsExactly("other");
        }
    }
}
