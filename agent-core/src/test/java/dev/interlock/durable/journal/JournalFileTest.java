package dev.interlock.durable.journal;

import static dev.interlock.durable.journal.Entries.call;
import static dev.interlock.durable.journal.Entries.entries;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.interlock.durable.SuspendedRound;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The file of a journal whose disk fails, or which was damaged. */
@Timeout(60)
class JournalFileTest {

    /** What the disk does not do any more. */
    private enum Fails {
        WRITE,
        CUT,
        SYNC
    }

    @TempDir
    Path folder;

    private final Set<Fails> failing = ConcurrentHashMap.newKeySet();

    private Path file() {
        return folder.resolve("rounds.journal");
    }

    /** Writes half of what it cannot write. */
    private FileJournal open() {
        return FileJournal.at(file())
                .opener(path -> new AppendedFile(path) {
                    @Override
                    void write(byte[] bytes) throws IOException {
                        if (failing.contains(Fails.WRITE)) {
                            super.write(Arrays.copyOf(bytes, bytes.length / 2));
                            throw new IOException("the disk is full");
                        }
                        super.write(bytes);
                    }

                    @Override
                    void cutTo(long size) throws IOException {
                        if (failing.contains(Fails.CUT)) {
                            throw new IOException("the disk is gone");
                        }
                        super.cutTo(size);
                    }

                    @Override
                    void sync() throws IOException {
                        if (failing.contains(Fails.SYNC)) {
                            throw new IOException("the disk is gone");
                        }
                        super.sync();
                    }
                })
                .open();
    }

    private static void write(FileJournal journal, JournalEntry... entries) {
        List.of(entries).forEach(journal::write);
    }

    private List<String> unfinished() {
        try (FileJournal journal = FileJournal.open(file())) {
            return journal.unfinished().stream().map(SuspendedRound::id).toList();
        }
    }

    @Test
    void a_write_that_fails_leaves_nothing_and_the_next_may_succeed() {
        try (FileJournal journal = open()) {
            write(journal, entries("r").began(call("a")).all());
            failing.add(Fails.WRITE);
            assertThatExceptionOfType(JournalException.class)
                    .isThrownBy(
                            () -> write(journal, entries("s").began(call("a")).all()))
                    .withMessageContaining("the disk is full");
            failing.clear();
            write(journal, entries("t").began(call("a")).all());
        }
        assertThat(unfinished()).containsExactly("r", "t");
    }

    @Test
    void a_write_that_fails_and_cannot_be_undone_is_the_last_one() {
        FileJournal journal = open();
        write(journal, entries("r").began(call("a")).all());
        failing.addAll(Set.of(Fails.WRITE, Fails.CUT));
        JournalEntry[] second = entries("s").began(call("a")).all();
        assertThatExceptionOfType(JournalException.class).isThrownBy(() -> write(journal, second));
        // The disk is there again, and what was left of the line as well.
        failing.clear();

        for (int i = 0; i < 2; i++) {
            assertThatExceptionOfType(JournalException.class)
                    .isThrownBy(
                            () -> write(journal, entries("t").began(call("a")).all()))
                    .withMessageContaining("has to be opened anew")
                    .withMessageContaining("the disk is full");
        }
        assertThatExceptionOfType(JournalException.class).isThrownBy(journal::unfinished);
        journal.close();

        assertThat(unfinished()).containsExactly("r");
    }

    @Test
    void a_sync_that_fails_is_the_last_one() {
        FileJournal journal = open();
        failing.add(Fails.SYNC);
        JournalEntry[] entries = entries("r").began(call("a")).starts(0).all();
        assertThatExceptionOfType(JournalException.class).isThrownBy(() -> write(journal, entries));
        failing.clear();

        assertThatExceptionOfType(JournalException.class)
                .isThrownBy(() -> write(journal, new JournalEntry.RoundEnded("r")))
                .withMessageContaining("an earlier sync of journal");
        journal.close();
    }

    @Test
    void a_compaction_that_fails_leaves_the_file_as_it_was() throws IOException {
        try (FileJournal journal = open()) {
            write(journal, entries("r").began(call("a")).all());
        }
        try (FileJournal journal = FileJournal.at(file()).compactAbove(1).open()) {
            // Its new file cannot be made.
            Files.createDirectories(folder.resolve("rounds.journal.new/full"));
            for (int i = 0; i < 10; i++) {
                write(journal, entries("s" + i).began(call("a")).over());
            }
            write(journal, entries("t").began(call("a")).all());
        }
        assertThat(Files.readAllLines(file())).hasSizeGreaterThan(20);
        Files.delete(folder.resolve("rounds.journal.new/full"));
        assertThat(unfinished()).containsExactly("r", "t");
    }

    @Test
    void a_compaction_that_fails_leaves_no_second_file() {
        try (FileJournal journal = FileJournal.at(file())
                .compactAbove(1)
                .opener(path -> {
                    if (path.toString().endsWith(".new")) {
                        throw new IOException("the disk is full");
                    }
                    return new AppendedFile(path);
                })
                .open()) {
            write(journal, entries("s").began(call("a")).over());
            assertThat(folder.resolve("rounds.journal.new")).doesNotExist();
            write(journal, entries("t").began(call("a")).all());
        }
        assertThat(unfinished()).containsExactly("t");
    }

    @Test
    void what_a_compaction_has_left_that_was_killed_is_deleted() throws IOException {
        Path left = Files.writeString(folder.resolve("rounds.journal.new"), "interlock");
        open().close();
        assertThat(left).doesNotExist();
    }

    @Test
    void an_interrupted_thread_syncs_a_folder_and_keeps_its_flag() {
        Thread.currentThread().interrupt();

        boolean synced = JournalFile.syncDirectory(folder);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(synced).isEqualTo(JournalFile.syncDirectory(folder)).isTrue();
    }

    @Test
    void a_second_journal_in_the_process_does_not_take_the_lock_of_the_first_away() throws Exception {
        try (FileJournal journal = FileJournal.open(file())) {
            assertThatExceptionOfType(JournalException.class)
                    .isThrownBy(() -> FileJournal.open(folder.resolve(".").resolve("rounds.journal")))
                    .withMessageContaining("already open in another journal");

            assertThat(isLockedForOthers()).isTrue();
            assertThat(journal.unfinished()).isEmpty();
        }
        assertThat(isLockedForOthers()).isFalse();
    }

    /** Asks from another process, by the system's own lock. */
    private boolean isLockedForOthers() throws IOException, InterruptedException {
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xshare:auto",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        OtherProcess.class.getName(),
                        file().toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int end = other.waitFor();
        assertThat(said).contains(end == 0 ? "opened" : "already open in another journal");
        return end != 0;
    }

    /** Opens a journal. */
    static final class OtherProcess {
        private OtherProcess() {}

        public static void main(String[] args) {
            try (FileJournal journal = FileJournal.open(Path.of(args[0]))) {
                System.out.println("opened " + journal);
            }
        }
    }

    // Damage.

    private static String logged(Supplier<?> run) {
        PrintStream before = System.err;
        ByteArrayOutputStream seen = new ByteArrayOutputStream();
        System.setErr(new PrintStream(seen, true, StandardCharsets.UTF_8));
        try {
            var unused = run.get();
        } finally {
            System.setErr(before);
        }
        return seen.toString(StandardCharsets.UTF_8);
    }

    @Test
    void whole_lines_at_the_end_that_are_none_are_cut_off_with_a_warning() throws IOException {
        try (FileJournal journal = open()) {
            write(journal, entries("r").began(call("a")).all());
        }
        long size = Files.size(file());
        Files.writeString(file(), "\0\0\0\nmore\n", StandardOpenOption.APPEND);

        String log = logged(this::unfinished);

        assertThat(log)
                .contains("Journal " + file()
                        + " ended with 9 damaged bytes, which were cut off: line 3 is not a journal entry");
        assertThat(Files.size(file())).isEqualTo(size);
        assertThat(logged(this::unfinished)).isEmpty();
    }

    @Test
    void what_a_killed_process_has_left_of_its_last_line_is_no_damage() throws IOException {
        try (FileJournal journal = open()) {
            write(journal, entries("r").began(call("a")).all());
        }
        Files.writeString(file(), "{\"round\":\"r\",\"st", StandardOpenOption.APPEND);

        assertThat(logged(this::unfinished)).isEmpty();
    }

    /** A line that this version cannot read, whose round is known. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"round\":\"bad\",\"stirts\":0}",
                "{\"round\":\"bad\",\"starts\":7,\"at\":\"2026-01-02T03:04:05Z\"}",
                "{\"round\":\"bad\",\"began\":{\"version\":9,\"id\":\"bad\",\"calls\":[]}}",
                "{\"round\":\"bad\",\"ended\":0,\"res"
            })
    void a_round_of_which_a_line_cannot_be_read_is_named_and_all_others_are_recovered(String line) throws IOException {
        for (boolean last : List.of(true, false)) {
            Files.deleteIfExists(file());
            try (FileJournal journal = open()) {
                write(journal, entries("before").began(call("a")).starts(0).all());
                write(journal, entries("bad").began(call("a")).starts(0).all());
            }
            Files.writeString(file(), line + '\n', StandardOpenOption.APPEND);
            if (!last) {
                Files.writeString(
                        file(),
                        JournalLines.write(entries("after").began(call("a")).all()[0]) + '\n',
                        StandardOpenOption.APPEND);
            }

            String log = logged(() -> {
                // Also after it was written anew.
                try (FileJournal journal =
                        FileJournal.at(file()).compactAbove(1).open()) {
                    write(journal, entries("over").began(call("a")).over());
                    assertThat(journal.unreadable()).containsOnlyKeys("bad");
                    return 1;
                }
            });

            assertThat(log).contains("Round bad cannot be read, and stays in journal " + file() + ": ");
            assertThat(unfinished()).containsExactlyElementsOf(last ? List.of("before") : List.of("before", "after"));
            assertThat(Files.readString(file())).contains(line);
        }
    }

    @Test
    void a_line_of_which_not_even_the_round_is_known_with_good_ones_after_it_is_an_error() throws IOException {
        try (FileJournal journal = open()) {
            write(journal, entries("r").began(call("a")).starts(0).all());
        }
        List<String> lines = Files.readAllLines(file());
        lines.set(1, "?" + lines.get(1));
        Files.write(file(), lines);

        assertThatExceptionOfType(JournalException.class)
                .isThrownBy(() -> FileJournal.open(file()))
                .withMessageContaining("line 2")
                .withMessageContaining("the lines after it are complete");
        assertThat(Files.readAllLines(file())).isEqualTo(lines);
    }
}
