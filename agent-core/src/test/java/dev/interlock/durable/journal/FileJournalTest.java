package dev.interlock.durable.journal;

import static dev.interlock.durable.journal.Entries.call;
import static dev.interlock.durable.journal.Entries.entries;
import static dev.interlock.durable.journal.Entries.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.interlock.durable.PendingKind;
import dev.interlock.durable.SuspendedCall;
import dev.interlock.durable.SuspendedRound;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class FileJournalTest {

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = folder.resolve("some").resolve("rounds.journal");
    }

    private void write(JournalEntry... entries) {
        try (FileJournal journal = FileJournal.open(file)) {
            List.of(entries).forEach(journal::write);
        }
    }

    private List<SuspendedRound> unfinished() {
        try (FileJournal journal = FileJournal.open(file)) {
            return journal.unfinished();
        }
    }

    @Test
    void a_round_that_has_ended_leaves_nothing() {
        write(entries("r").began(call("a")).starts(0).ended(0, "x").over());

        assertThat(unfinished()).isEmpty();
    }

    @Test
    void of_an_unfinished_round_it_knows_how_far_each_call_has_come() {
        write(entries("r")
                .began(call("ended"), call("writes"), call("reads"), call("waits"))
                .starts(0)
                .ended(0, "x")
                .starts(1)
                .startsRepeatable(2)
                .all());

        List<SuspendedRound> rounds = unfinished();

        assertThat(rounds).hasSize(1);
        SuspendedRound round = rounds.getFirst();
        assertThat(round.id()).isEqualTo("r");
        assertThat(round.calls().get(0)).isEqualTo(new SuspendedCall.Ended(result(call("ended"), "x")));
        assertThat(round.calls().get(1)).isInstanceOfSatisfying(SuspendedCall.Pending.class, pending -> {
            assertThat(pending.kind()).isEqualTo(PendingKind.MAY_HAVE_HAPPENED);
            assertThat(pending.call()).isEqualTo(call("writes"));
            assertThat(pending.reason()).contains("process ended while it ran");
            assertThat(pending.since()).isEqualTo(Entries.AT);
        });
        assertThat(round.calls().get(2))
                .isInstanceOfSatisfying(
                        SuspendedCall.Waiting.class,
                        waiting -> assertThat(waiting.reason()).contains("no harm to run it again"));
        assertThat(round.calls().get(3)).isInstanceOf(SuspendedCall.Waiting.class);
    }

    @Test
    void a_round_that_is_running_is_not_unfinished() {
        try (FileJournal journal = FileJournal.open(file)) {
            journal.write(entries("r").began(call("a")).all()[0]);

            assertThat(journal.unfinished()).isEmpty();
        }
    }

    @Test
    void a_round_goes_on_under_its_id_and_then_is_over() {
        write(entries("r").began(call("a"), call("b")).starts(0).all());
        try (FileJournal journal = FileJournal.open(file)) {
            SuspendedRound round = journal.unfinished().getFirst();
            journal.write(new JournalEntry.RoundBegan(round));
            assertThat(journal.unfinished()).isEmpty();
        }
        // The process has ended once more, before anything was decided.
        assertThat(unfinished().getFirst().calls().get(0)).isInstanceOf(SuspendedCall.Pending.class);

        write(entries("r")
                .began(call("a"), call("b"))
                .ended(0, "x")
                .ended(1, "y")
                .over());

        assertThat(unfinished()).isEmpty();
    }

    @Test
    void a_round_is_not_executed_twice_at_the_same_time() {
        try (FileJournal journal = FileJournal.open(file)) {
            JournalEntry began = entries("r").began(call("a")).all()[0];
            journal.write(began);

            assertThatExceptionOfType(JournalException.class)
                    .isThrownBy(() -> journal.write(began))
                    .withMessage("round r cannot be resumed, because an executor is already executing it");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"round\":\"r\",\"st", "x", "{\"round\":\"r\",\"starts\":0}", "\0\0\0\n"})
    void what_a_killed_process_has_left_of_its_last_line_is_cut_off(String rest) throws IOException {
        write(entries("r").began(call("a")).all());
        Files.writeString(file, rest, StandardOpenOption.APPEND);

        assertThat(unfinished().getFirst().calls().getFirst()).isInstanceOf(SuspendedCall.Waiting.class);
        write(entries("s").began(call("b")).all());

        assertThat(unfinished()).extracting(SuspendedRound::id).containsExactly("r", "s");
    }

    @Test
    void an_empty_file_and_one_whose_first_line_was_cut_off_are_new() throws IOException {
        Files.createDirectories(file.getParent());
        for (String text : List.of("", "{\"interl")) {
            Files.writeString(file, text);

            assertThat(unfinished()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a file of mine", "a file of mine\n", "{\"interlockJournal\":2}\n"})
    void a_file_of_something_else_is_left_alone(String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);

        assertThatExceptionOfType(JournalException.class)
                .isThrownBy(this::unfinished)
                .withMessageContaining("this library cannot read it as a journal");
        assertThat(file).hasContent(text);
    }

    @Test
    void one_journal_has_a_file_at_a_time() {
        FileJournal first = FileJournal.open(file);

        assertThatExceptionOfType(JournalException.class)
                .isThrownBy(() -> FileJournal.open(file))
                .withMessage(
                        "journal " + file
                                + " cannot be opened: the file is already open in another journal, of this process or another one");

        first.close();
        first.close();
        FileJournal.open(file).close();
    }

    @Test
    void a_closed_journal_says_so() {
        FileJournal journal = FileJournal.open(file);
        journal.close();

        assertThatExceptionOfType(JournalException.class)
                .isThrownBy(() -> journal.write(new JournalEntry.RoundEnded("r")))
                .withMessage("journal " + file + " is closed");
    }

    @Test
    void its_size_follows_what_is_unfinished() throws IOException {
        long largest = 0;
        try (FileJournal journal = FileJournal.at(file).compactAbove(4_000).open()) {
            List.of(entries("kept").began(call("a")).starts(0).all()).forEach(journal::write);
            for (int i = 0; i < 1_000; i++) {
                List.of(entries("r" + i)
                                .began(call("a"))
                                .starts(0)
                                .ended(0, "x")
                                .over())
                        .forEach(journal::write);
                largest = Math.max(largest, Files.size(file));
            }
        }

        assertThat(largest).isBetween(3_000L, 5_000L);
        assertThat(unfinished()).extracting(SuspendedRound::id).containsExactly("kept");
        assertThat(Files.readAllLines(file)).hasSize(3);
    }

    @Test
    void what_does_not_become_smaller_is_not_written_anew_again_and_again() throws IOException {
        try (FileJournal journal = FileJournal.at(file).compactAbove(1).open()) {
            IntStream.range(0, 100)
                    .forEach(
                            i -> journal.write(entries("k" + i).began(call("a")).all()[0]));
            long size = Files.size(file);
            List.of(entries("r").began(call("a")).over()).forEach(journal::write);
            long after = Files.size(file);
            Object key = Files.readAttributes(file, java.nio.file.attribute.BasicFileAttributes.class)
                    .fileKey();
            List.of(entries("s").began(call("a")).over()).forEach(journal::write);

            assertThat(after).isEqualTo(size);
            assertThat(Files.readAttributes(file, java.nio.file.attribute.BasicFileAttributes.class)
                            .fileKey())
                    .isEqualTo(key);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void an_interrupted_thread_writes_and_keeps_its_flag(boolean compacts) {
        try (FileJournal journal =
                FileJournal.at(file).compactAbove(compacts ? 1 : 1_000_000).open()) {
            Thread.currentThread().interrupt();
            List.of(entries("r").began(call("a")).starts(0).ended(0, "x").over())
                    .forEach(journal::write);
            List.of(entries("s").began(call("a")).all()).forEach(journal::write);

            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(unfinished()).extracting(SuspendedRound::id).containsExactly("s");
    }

    @Test
    void without_waiting_for_the_disk_it_has_the_same() {
        try (FileJournal journal =
                FileJournal.at(file).syncEvery(Duration.ofMillis(1)).open()) {
            List.of(entries("r").began(call("a")).starts(0).all()).forEach(journal::write);

            assertThat(lines()).isEqualTo(3);
        }
        assertThat(unfinished().getFirst().pending()).containsExactly(0);
    }

    private long lines() {
        try {
            return Files.readString(file, StandardCharsets.UTF_8).lines().count();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1})
    void entries_of_many_threads_are_whole(long syncMillis) throws Exception {
        FileJournal.Builder builder = FileJournal.at(file).compactAbove(2_000);
        if (syncMillis > 0) {
            builder.syncEvery(Duration.ofMillis(syncMillis));
        }
        try (FileJournal journal = builder.open();
                ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<?>> all = IntStream.range(0, 4)
                    .<Future<?>>mapToObj(thread -> threads.submit(() -> {
                        for (int i = 0; i < 25; i++) {
                            List.of(entries("r" + thread + "-" + i)
                                            .began(call("a"))
                                            .starts(0)
                                            .ended(0, "x")
                                            .over())
                                    .forEach(journal::write);
                        }
                        List.of(entries("left" + thread)
                                        .began(call("a"))
                                        .starts(0)
                                        .all())
                                .forEach(journal::write);
                    }))
                    .toList();
            for (Future<?> each : all) {
                each.get();
            }
        }
        assertThat(unfinished())
                .extracting(SuspendedRound::id)
                .containsExactlyInAnyOrder("left0", "left1", "left2", "left3");
    }

    @Test
    void settings_have_bounds() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FileJournal.at(file).syncEvery(Duration.ZERO))
                .withMessage("interval must be > 0 ms, was 0 ms");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FileJournal.at(file).compactAbove(0))
                .withMessage("bytes must be >= 1, was 0");
    }
}
