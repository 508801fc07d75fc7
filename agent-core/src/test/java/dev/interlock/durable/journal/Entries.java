package dev.interlock.durable.journal;

import dev.interlock.call.CallResult;
import dev.interlock.call.CallResult.ThreadKind;
import dev.interlock.call.Outcome;
import dev.interlock.call.ToolCall;
import dev.interlock.durable.SuspendedRound;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Entries of one round, one after the other. */
final class Entries {

    static final Instant AT = Instant.parse("2026-01-02T03:04:05.678Z");

    private final String round;
    private final List<JournalEntry> made = new ArrayList<>();

    private Entries(String round) {
        this.round = round;
    }

    static Entries entries(String round) {
        return new Entries(round);
    }

    static ToolCall call(String tool) {
        return ToolCall.parse("id-" + tool, tool, "{\"x\":\"" + tool + "\"}");
    }

    static CallResult result(ToolCall call, Object value) {
        return new CallResult(call, new Outcome.Succeeded(value), 1, AT, AT.plusMillis(5), ThreadKind.VIRTUAL);
    }

    Entries began(ToolCall... calls) {
        return with(new JournalEntry.RoundBegan(new SuspendedRound(
                round, Arrays.stream(calls).map(JournalLines::unstarted).toList())));
    }

    Entries came(int index, ToolCall call) {
        return with(new JournalEntry.CallCame(round, index, call));
    }

    Entries starts(int index) {
        return with(new JournalEntry.CallStarts(round, index, AT, false, false, null));
    }

    Entries startsRepeatable(int index) {
        return with(new JournalEntry.CallStarts(round, index, AT, true, true, null));
    }

    Entries ended(int index, Object value) {
        return with(new JournalEntry.CallEnded(round, index, result(JournalLines.UNSAID, value)));
    }

    Entries with(JournalEntry entry) {
        made.add(entry);
        return this;
    }

    JournalEntry[] over() {
        return with(new JournalEntry.RoundEnded(round)).all();
    }

    JournalEntry[] all() {
        return made.toArray(JournalEntry[]::new);
    }
}
