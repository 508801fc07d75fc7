package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.durable.CallPendingException;
import dev.interlock.durable.SuspendedRound;
import dev.interlock.durable.journal.JournalEntry;
import dev.interlock.durable.journal.RoundJournal;
import dev.interlock.effect.Effects;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the journal knows of a call that is pending. */
@Timeout(60)
class PendingIsJournalledTest {

    private final List<String> entries = new CopyOnWriteArrayList<>();
    private final Thread owner = Thread.currentThread();

    /** Takes its time over a pending call: until the owner waits, or has come to the end of the round. */
    private final RoundJournal journal = new RoundJournal() {
        @Override
        public void write(JournalEntry entry) {
            if (entry instanceof JournalEntry.CallPends) {
                while (!waits() && !entries.contains("RoundEnded")) {
                    Thread.onSpinWait();
                }
            }
            entries.add(entry.getClass().getSimpleName());
        }

        @Override
        public List<SuspendedRound> unfinished() {
            return List.of();
        }

        @Override
        public void close() {}
    };

    private boolean waits() {
        Thread.State state = owner.getState();
        return state == Thread.State.WAITING || state == Thread.State.TIMED_WAITING;
    }

    @Test
    void it_knows_of_a_pending_call_on_a_users_executor_before_the_round_is_over() {
        ToolCallExecutor executor = ToolCallExecutor.builder().journal(journal).build();
        ToolDefinition ask = ToolDefinition.of("ask", Effects.writes("a"), c -> {
            throw new CallPendingException("a human");
        });
        ToolSet tools = ToolSet.of(ask);
        ExecutorService pool = Executors.newSingleThreadExecutor();
        try {
            for (int i = 0; i < 200; i++) {
                entries.clear();
                Rounds rounds = executor.rounds();
                BodyCall call = new BodyCall(call("ask"), ask, rounds.bind(ask), tools);
                Round round = rounds.round(List.of(call), pool, null, rounds.captureContext());
                round.execute();
                assertThat(round.suspended()).isNotNull();
                assertThat(entries).containsSubsequence("CallPends", "RoundEnded");
            }
        } finally {
            pool.shutdown();
        }
    }
}
