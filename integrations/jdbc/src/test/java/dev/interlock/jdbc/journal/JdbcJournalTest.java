package dev.interlock.jdbc.journal;

import static dev.interlock.jdbc.journal.Entries.ids;
import static dev.interlock.jdbc.journal.Entries.over;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.interlock.call.CallResult;
import dev.interlock.call.CallResult.ThreadKind;
import dev.interlock.call.Outcome;
import dev.interlock.call.ToolCall;
import dev.interlock.durable.PendingKind;
import dev.interlock.durable.SuspendedCall;
import dev.interlock.durable.SuspendedRound;
import dev.interlock.durable.journal.JournalEntry;
import dev.interlock.durable.journal.JournalException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The journal in a database, of several owners. */
@Timeout(120)
abstract class JdbcJournalTest {

    private static final Instant AT = Instant.parse("2026-01-02T03:04:05Z");

    DataSource dataSource;

    /** An empty database of its own. */
    abstract DataSource database();

    @BeforeEach
    void makeTables() {
        dataSource = database();
        JdbcJournal.createSchema(dataSource);
        JdbcJournal.createSchema(dataSource);
    }

    @RepeatedTest(3)
    void several_processes_can_create_the_tables_at_the_same_time() throws Exception {
        DataSource empty = database();
        try (ExecutorService processes = Executors.newFixedThreadPool(4)) {
            Callable<Boolean> creates = () -> {
                JdbcJournal.createSchema(empty);
                return true;
            };
            for (Future<?> each : processes.invokeAll(Collections.nCopies(4, creates))) {
                each.get();
            }
        }
        JdbcJournal.open(empty).close();
    }

    private JdbcJournal open(String owner) {
        return JdbcJournal.on(dataSource).owner(owner).open();
    }

    private static ToolCall call(String tool) {
        return new ToolCall(
                "id-" + tool, tool, JsonNodeFactory.instance.objectNode().put("x", "ü\n'\ud83d"));
    }

    private static CallResult result(ToolCall call) {
        return new CallResult(call, new Outcome.Succeeded("x".repeat(5_000)), 1, AT, AT, ThreadKind.VIRTUAL);
    }

    private static JournalEntry began(String round, String... tools) {
        return new JournalEntry.RoundBegan(new SuspendedRound(
                round,
                List.of(tools).stream()
                        .<SuspendedCall>map(tool -> new SuspendedCall.Waiting(call(tool), "it had not started"))
                        .toList()));
    }

    private static JournalEntry starts(String round, int index) {
        return new JournalEntry.CallStarts(round, index, AT, false, false, null);
    }

    private static JournalEntry ended(String round, int index) {
        return new JournalEntry.CallEnded(round, index, result(call("any")));
    }

    private static void write(JdbcJournal journal, JournalEntry... entries) {
        List.of(entries).forEach(journal::write);
    }

    private int rows(String table) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select count(*) from " + table)) {
            row.next();
            return row.getInt(1);
        }
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** As if no transaction of it had come for long. */
    private void letLeaseEnd(String owner) throws SQLException {
        execute("update interlock_owner set leased_until = 0 where owner = '" + owner + "'");
    }

    @Test
    void a_round_that_has_ended_leaves_nothing() throws SQLException {
        try (JdbcJournal journal = open("a")) {
            write(journal, began("r", "t"), starts("r", 0), ended("r", 0), over("r"));
        }
        assertThat(rows("interlock_round")).isZero();
        assertThat(rows("interlock_entry")).isZero();
        assertThat(rows("interlock_owner")).isZero();
    }

    @Test
    void a_round_that_cannot_be_read_is_named_and_all_others_are_recovered() throws SQLException {
        try (JdbcJournal journal = open("a")) {
            write(journal, began("before", "t"), began("newer", "t"), began("wrong", "t"), began("after", "t"));
        }
        execute("insert into interlock_entry(round, entry) values ('newer', '{\"round\":\"newer\",\"moved\":1}')");
        execute("update interlock_entry set entry = 'nothing that is JSON' where round = 'wrong'");

        try (JdbcJournal journal = open("a")) {
            assertThat(ids(journal)).containsExactly("before", "after");
            assertThat(journal.unreadable()).containsOnlyKeys("newer", "wrong");
            // They go on, and end, while these stay.
            write(journal, began("before", "t"), over("before"));
            assertThat(ids(journal)).containsExactly("after");
        }
        assertThat(rows("interlock_round")).isEqualTo(3);
    }

    @Test
    void of_an_unfinished_round_it_knows_how_far_each_call_has_come() {
        try (JdbcJournal journal = open("a")) {
            write(
                    journal,
                    began("r", "ended", "writes", "reads", "waits"),
                    starts("r", 0),
                    ended("r", 0),
                    starts("r", 1),
                    new JournalEntry.CallStarts("r", 2, AT, true, true, null));
        }
        try (JdbcJournal journal = open("a")) {
            SuspendedRound round = journal.unfinished().getFirst();

            assertThat(round.calls().get(0)).isEqualTo(new SuspendedCall.Ended(result(call("ended"))));
            assertThat(round.calls().get(1))
                    .isInstanceOfSatisfying(
                            SuspendedCall.Pending.class,
                            pending -> assertThat(pending.kind()).isEqualTo(PendingKind.MAY_HAVE_HAPPENED));
            assertThat(round.calls().get(2)).isInstanceOf(SuspendedCall.Waiting.class);
            assertThat(round.calls().get(3)).isInstanceOf(SuspendedCall.Waiting.class);
        }
    }

    @Test
    void a_start_is_committed_when_it_has_been_written() throws SQLException {
        try (JdbcJournal journal = open("a")) {
            write(journal, began("r", "t"), starts("r", 0));

            assertThat(rows("interlock_entry")).isEqualTo(2);
            assertThat(journal.unfinished()).isEmpty();
        }
    }

    @Test
    void rounds_of_an_owner_that_lives_are_left_to_it_and_those_of_a_dead_one_are_taken_over() throws SQLException {
        try (JdbcJournal first = open("first");
                JdbcJournal second = open("second")) {
            write(first, began("r", "t"), starts("r", 0));
            assertThat(second.unfinished()).isEmpty();

            letLeaseEnd("first");
            assertThat(ids(second)).containsExactly("r");
            assertThat(ids(second)).containsExactly("r");

            // It only stood still, and goes on.
            assertThatExceptionOfType(JournalException.class)
                    .isThrownBy(() -> write(first, began("s", "t"), starts("s", 0)))
                    .withMessageContaining("the lease of first had ended");
            assertThatExceptionOfType(JournalException.class).isThrownBy(first::unfinished);
            write(second, new JournalEntry.RoundBegan(second.unfinished().getFirst()), starts("r", 0), over("r"));
        }
        assertThat(rows("interlock_round")).isZero();
    }

    @Test
    void what_a_closed_journal_has_left_is_there_for_others_at_once() {
        JdbcJournal first = open("first");
        write(first, began("r", "t"));
        first.close();
        first.close();
        assertThatExceptionOfType(JournalException.class)
                .isThrownBy(() -> first.write(over("r")))
                .withMessage("the journal of first is closed");

        try (JdbcJournal second = JdbcJournal.open(dataSource)) {
            assertThat(ids(second)).containsExactly("r");
        }
    }

    @Test
    void an_owner_of_the_same_name_is_the_next_life_and_the_one_before_writes_nothing_any_more() {
        try (JdbcJournal before = open("node");
                JdbcJournal after = open("node")) {
            assertThatExceptionOfType(JournalException.class)
                    .isThrownBy(() -> write(before, began("r", "t"), starts("r", 0)));
            write(after, began("s", "t"), starts("s", 0));
        }
    }

    @RepeatedTest(10)
    void a_round_is_taken_over_once() throws Exception {
        int rounds = 20;
        try (JdbcJournal dead = open("dead")) {
            for (int i = 0; i < rounds; i++) {
                write(dead, began("r" + i, "t"), starts("r" + i, 0));
            }
        }
        List<JdbcJournal> others =
                IntStream.range(0, 4).mapToObj(i -> open("other" + i)).toList();
        List<String> taken = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<List<String>>> all = others.stream()
                    .map(other -> threads.submit(() -> ids(other)))
                    .toList();
            for (Future<List<String>> each : all) {
                taken.addAll(each.get());
            }
        }
        assertThat(taken).hasSize(rounds).doesNotHaveDuplicates();
        others.forEach(JdbcJournal::close);
    }

    @Test
    void a_round_is_not_executed_twice_at_the_same_time() {
        try (JdbcJournal journal = open("a")) {
            write(journal, began("r", "t"));

            assertThatExceptionOfType(JournalException.class)
                    .isThrownBy(() -> write(journal, began("r", "t")))
                    .withMessage("round r cannot be resumed, because an executor is already executing it");
            write(journal, over("r"), began("r", "t"), starts("r", 0), over("r"), began("r", "t"), over("r"));
        }
    }

    @Test
    void a_lost_connection_is_made_anew() throws SQLException {
        try (JdbcJournal journal = open("a")) {
            write(journal, began("r", "t"), starts("r", 0));
            dropConnections();
            write(journal, ended("r", 0), began("s", "t"), starts("s", 0));

            assertThat(rows("interlock_entry")).isEqualTo(5);
        }
    }

    /** Those of the journal. */
    abstract void dropConnections() throws SQLException;

    @Test
    void after_an_entry_that_could_not_be_written_no_call_of_its_round_starts() throws SQLException {
        try (JdbcJournal journal = open("a")) {
            write(journal, began("r", "t"), starts("r", 0));
            execute("alter table interlock_entry rename to away");
            assertThatExceptionOfType(JournalException.class).isThrownBy(() -> journal.write(starts("r", 1)));
            execute("alter table away rename to interlock_entry");

            assertThatExceptionOfType(JournalException.class)
                    .isThrownBy(() -> journal.write(starts("r", 2)))
                    .withMessageStartingWith("an earlier entry of round r could not be written: ");
            write(journal, began("s", "t"), starts("s", 0), over("r"));
        }
        try (JdbcJournal journal = open("a")) {
            assertThat(ids(journal)).containsExactly("s");
        }
    }

    @Test
    void a_start_of_a_round_that_is_not_there_is_refused() {
        try (JdbcJournal journal = open("a")) {
            assertThatExceptionOfType(JournalException.class)
                    .isThrownBy(() -> journal.write(starts("r", 0)))
                    .withMessageContaining("round r is not in the journal");
            // What comes late is left alone.
            write(journal, ended("r", 0), over("r"));
            assertThat(journal.unfinished()).isEmpty();
        }
    }

    @Test
    void who_waits_waits_for_a_limited_time() throws SQLException {
        try (JdbcJournal journal = JdbcJournal.on(dataSource)
                        .owner("a")
                        .writeTimeout(Duration.ofMillis(50))
                        .open();
                Connection other = dataSource.getConnection();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("update interlock_owner set leased_until = leased_until");

            assertThatExceptionOfType(JournalException.class)
                    .isThrownBy(() -> write(journal, began("r", "t"), starts("r", 0)))
                    .withMessage("the database of the journal did not answer within 50 ms");
            other.rollback();
        }
    }

    @Test
    void an_interrupted_thread_writes_and_keeps_its_flag() {
        try (JdbcJournal journal = open("a")) {
            Thread.currentThread().interrupt();
            write(journal, began("r", "t"), starts("r", 0), ended("r", 0), over("r"), began("s", "t"));

            assertThat(journal.unfinished()).isEmpty();
            assertThat(Thread.interrupted()).isTrue();
        }
        try (JdbcJournal journal = open("a")) {
            assertThat(ids(journal)).containsExactly("s");
        }
    }

    @Test
    void entries_of_many_threads_are_kept_in_the_order_of_each() throws Exception {
        try (JdbcJournal journal = open("a");
                ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<?>> all = IntStream.range(0, 4)
                    .<Future<?>>mapToObj(thread -> threads.submit(() -> {
                        for (int i = 0; i < 20; i++) {
                            String round = thread + "-" + i;
                            write(journal, began(round, "t"), starts(round, 0), ended(round, 0), over(round));
                        }
                        write(journal, began("left" + thread, "t"), starts("left" + thread, 0));
                    }))
                    .toList();
            for (Future<?> each : all) {
                each.get();
            }
        }
        try (JdbcJournal journal = open("a")) {
            assertThat(ids(journal)).containsExactlyInAnyOrder("left0", "left1", "left2", "left3");
            assertThat(journal.unfinished()).allMatch(round -> round.pending().equals(List.of(0)));
        }
    }

    @Test
    void without_tables_it_does_not_open() throws SQLException {
        execute("drop table interlock_owner");

        assertThatExceptionOfType(JournalException.class)
                .isThrownBy(() -> open("a"))
                .withMessageStartingWith("the journal's database cannot be used: ");
    }

    @Test
    void settings_have_bounds() {
        JdbcJournal.Builder builder = JdbcJournal.on(dataSource);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.lease(Duration.ofMillis(999)))
                .withMessage("lease must be >= 1000 ms, was 999 ms");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.owner(" "))
                .withMessage("owner must have 1 to 200 characters and must not be blank, was ' '");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.writeTimeout(Duration.ZERO))
                .withMessage("writeTimeout must be > 0 ms, was 0 ms");
    }
}
