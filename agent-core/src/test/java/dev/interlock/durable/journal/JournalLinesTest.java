package dev.interlock.durable.journal;

import static dev.interlock.durable.journal.Entries.call;
import static dev.interlock.durable.journal.Entries.entries;
import static dev.interlock.durable.journal.Entries.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.entry;

import dev.interlock.call.Outcome;
import dev.interlock.call.ToolCall;
import dev.interlock.durable.PendingKind;
import dev.interlock.durable.SuspendedCall;
import dev.interlock.durable.SuspendedRound;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class JournalLinesTest {

    static List<JournalEntry> entriesOfAllKinds() {
        return List.of(
                entries("r").began().all()[0],
                entries("r \"1\"\n").began(call("a"), call("b")).all()[0],
                new JournalEntry.RoundBegan(new SuspendedRound(
                        "r",
                        List.of(
                                new SuspendedCall.Ended(result(call("a"), "x")),
                                new SuspendedCall.Pending(
                                        call("b"),
                                        true,
                                        PendingKind.MAY_HAVE_HAPPENED,
                                        "why",
                                        List.of(),
                                        1,
                                        Entries.AT)))),
                new JournalEntry.CallCame("r", 3, ToolCall.parse(null, "", "no JSON")),
                new JournalEntry.CallCame("r", 3, ToolCall.parse("", "lines\nand \u2028", "{\"a\":[1,2.50,1e400]}")),
                new JournalEntry.CallStarts("r", 0, Entries.AT, true, true, null),
                new JournalEntry.CallStarts("r", 2, Entries.AT, true, false, call("changed")),
                new JournalEntry.CallEnded("r", 1, result(JournalLines.UNSAID, null)),
                new JournalEntry.CallEnded("r", 1, result(JournalLines.UNSAID, "text\nof lines")),
                new JournalEntry.CallEnded("r", 1, result(JournalLines.UNSAID, 1L << 60)),
                new JournalEntry.RoundSettled("r"),
                new JournalEntry.RoundEnded("r"));
    }

    @ParameterizedTest
    @MethodSource("entriesOfAllKinds")
    void an_entry_comes_back_as_it_was(JournalEntry entry) {
        String line = JournalLines.write(entry);

        assertThat(line).doesNotContain("\n", "\r");
        assertThat(JournalLines.read(line)).hasToString(entry.toString());
        assertThat(JournalLines.roundOf(line)).isEqualTo(entry.round());
    }

    @Test
    void a_failure_comes_back_with_its_message() {
        JournalEntry.CallEnded entry = new JournalEntry.CallEnded("r", 0, Entries.result(JournalLines.UNSAID, null));
        JournalEntry.CallEnded failed = new JournalEntry.CallEnded(
                "r",
                0,
                new dev.interlock.call.CallResult(
                        entry.result().call(),
                        new Outcome.Failed(new IllegalStateException("no money")),
                        2,
                        Entries.AT,
                        Entries.AT,
                        entry.result().thread()));

        JournalEntry read = JournalLines.read(JournalLines.write(failed));

        assertThat(((JournalEntry.CallEnded) read).result().outcome().message()).isEqualTo("no money");
        assertThat(((JournalEntry.CallEnded) read).result().attempts()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{",
                "{\"round\":\"r\"}",
                "{\"round\":1,\"over\":true}",
                "{\"round\":\"r\",\"starts\":-1,\"at\":\"2026-01-02T03:04:05Z\"}",
                "{\"round\":\"r\",\"starts\":0,\"at\":\"now\"}",
                "{\"round\":\"r\",\"came\":0,\"call\":{\"version\":1,\"id\":\"r\",\"calls\":[]}}",
                "{\"round\":\"r\",\"ended\":0,\"result\":{}}"
            })
    void what_is_no_entry_is_told(String line) {
        assertThatIllegalArgumentException().isThrownBy(() -> JournalLines.read(line));
    }

    @Test
    void a_result_that_cannot_be_written_is_told() {
        JournalEntry entry = new JournalEntry.CallEnded("r", 0, result(JournalLines.UNSAID, new Object() {
            @Override
            public String toString() {
                throw new IllegalArgumentException("no text");
            }
        }));

        assertThatExceptionOfType(JournalException.class)
                .isThrownBy(() -> JournalLines.write(entry))
                .withMessage("an entry of round r cannot be written as JSON: no text");
    }

    @Test
    void what_is_said_of_unknown_rounds_is_left_alone_and_of_unknown_calls_makes_theirs_unreadable() {
        UnfinishedRounds rounds = new UnfinishedRounds();
        for (JournalEntry entry :
                entries("r").starts(0).ended(0, "x").came(0, call("a")).over()) {
            rounds.add(entry);
        }
        assertThat(rounds.list()).isEmpty();

        rounds.add(entries("r").began(call("a")).all()[0]);
        rounds.add(entries("r").starts(1).all()[0]);
        rounds.add(entries("s").began(call("a")).all()[0]);
        rounds.add(entries("s").came(3, call("b")).all()[0]);
        rounds.add(entries("t").began(call("a")).all()[0]);

        assertThat(rounds.list()).extracting(SuspendedRound::id).containsExactly("t");
        assertThat(rounds.unreadable())
                .containsExactly(
                        entry("r", "round r has 1 calls, but an entry is about call 2"),
                        entry("s", "call 4 of round s follows call 1, so an entry is missing or out of order"));
        rounds.add(new JournalEntry.RoundEnded("r"));
        assertThat(rounds.unreadable()).containsOnlyKeys("s");
    }

    @Test
    void calls_that_come_one_at_a_time_are_there() {
        UnfinishedRounds rounds = new UnfinishedRounds();
        for (JournalEntry entry : entries("r")
                .began()
                .came(0, call("a"))
                .starts(0)
                .came(1, call("b"))
                .all()) {
            rounds.add(entry);
        }

        SuspendedRound round = rounds.list().getFirst();

        assertThat(round.calls()).extracting(each -> each.call().tool()).containsExactly("a", "b");
        assertThat(round.pending()).containsExactly(0);
    }

    @Test
    void who_decides_sees_the_arguments_that_the_tool_had() {
        UnfinishedRounds rounds = new UnfinishedRounds();
        rounds.add(entries("r").began(call("a")).all()[0]);
        rounds.add(new JournalEntry.CallStarts(
                "r", 0, Entries.AT, false, false, ToolCall.parse("id", "a", "{\"x\":\"" + "y".repeat(400) + "\"}")));

        SuspendedCall call = rounds.list().getFirst().calls().getFirst();

        assertThat(((SuspendedCall.Pending) call).reason())
                .contains("its tool had the arguments {\"x\":\"yyy")
                .endsWith("y...")
                .hasSizeLessThan(420);
        assertThat(call.call()).isEqualTo(call("a"));
    }
}
