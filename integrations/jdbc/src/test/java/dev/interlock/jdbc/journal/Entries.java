package dev.interlock.jdbc.journal;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.interlock.call.ToolCall;
import dev.interlock.durable.SuspendedCall;
import dev.interlock.durable.SuspendedRound;
import dev.interlock.durable.journal.JournalEntry;
import java.time.Instant;
import java.util.List;

/** What a journal is told of a round of one call, and what it then has unfinished. */
final class Entries {

    private Entries() {}

    static JournalEntry began(String round) {
        return new JournalEntry.RoundBegan(new SuspendedRound(
                round,
                List.of(new SuspendedCall.Waiting(
                        new ToolCall("id", "t", JsonNodeFactory.instance.objectNode()), "it had not started"))));
    }

    static JournalEntry starts(String round) {
        return new JournalEntry.CallStarts(round, 0, Instant.EPOCH, false, false, null);
    }

    static JournalEntry over(String round) {
        return new JournalEntry.RoundEnded(round);
    }

    static List<String> ids(JdbcJournal journal) {
        return journal.unfinished().stream().map(SuspendedRound::id).toList();
    }
}
