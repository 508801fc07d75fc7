package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.CodedTool.tool;
import static dev.interlock.langchain4j.ScriptedChatModel.calls;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.call.ToolCall;
import dev.interlock.durable.Decision;
import dev.interlock.durable.SuspendedCall;
import dev.interlock.durable.SuspendedRound;
import dev.interlock.durable.journal.FileJournal;
import dev.interlock.durable.journal.JournalEntry;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.service.tool.AiServiceTool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rounds that a crash has left in a journal, and what becomes of them in the next process. */
class RecoveredRoundsTest {

    private static final Instant AT = Instant.EPOCH;

    private final List<String> ran = new CopyOnWriteArrayList<>();

    @TempDir
    private Path folder;

    private static ToolCall call(String id, String tool) {
        return new ToolCall(id, tool, JsonNodeFactory.instance.objectNode().put("of", tool));
    }

    private static SuspendedCall waiting(ToolCall call) {
        return new SuspendedCall.Waiting(call, "has not been started");
    }

    private static CallResult ended(ToolCall call, Outcome outcome, int attempts) {
        return new CallResult(call, outcome, attempts, AT, AT, CallResult.ThreadKind.VIRTUAL);
    }

    /** One call of each kind: ended, failed, may have happened, not started. */
    private FileJournal afterCrash() {
        ToolCall[] calls = {call("a", "paid"), call("b", "failed"), call("c", "pay"), call("d", "read")};
        try (FileJournal journal = FileJournal.open(folder.resolve("rounds.journal"))) {
            journal.write(new JournalEntry.RoundBegan(new SuspendedRound(
                    "r",
                    List.of(calls).stream().map(RecoveredRoundsTest::waiting).toList())));
            for (int place = 0; place < 3; place++) {
                journal.write(new JournalEntry.CallStarts("r", place, AT, false, false, null));
            }
            journal.write(new JournalEntry.CallEnded("r", 0, ended(calls[0], new Outcome.Succeeded("7 EUR"), 1)));
            journal.write(new JournalEntry.CallEnded(
                    "r", 1, ended(calls[1], new Outcome.Failed(new IllegalStateException("closed")), 2)));
        }
        return FileJournal.open(folder.resolve("rounds.journal"));
    }

    private List<AiServiceTool> tools() {
        return List.of(running("paid"), running("failed"), running("pay"), running("read"));
    }

    private AiServiceTool running(String name) {
        return tool(name, request -> {
            ran.add(request.arguments());
            return name + " again";
        });
    }

    private static List<String> texts(List<ToolExecutionResultMessage> results) {
        return results.stream().map(ToolExecutionResultMessage::text).toList();
    }

    @Test
    void a_round_says_what_has_ended_and_what_is_to_be_decided() {
        try (FileJournal journal = afterCrash();
                ParallelTools parallel =
                        ParallelTools.builder().journal(journal).build()) {
            assertThat(parallel.recover()).singleElement().satisfies(round -> {
                assertThat(round.round().id()).isEqualTo("r");
                assertThat(round.round().pending()).containsExactly(2);
                assertThat(round.service()).isNull();
                assertThat(round.message().toolExecutionRequests())
                        .extracting(request -> request.id() + " " + request.name() + " " + request.arguments())
                        .startsWith("a paid {\"of\":\"paid\"}");
                assertThat(texts(round.results())).startsWith("7 EUR", "failed after 2 attempts: closed");
                assertThat(texts(round.results()).get(2)).startsWith("tool 'pay' may or may not have run");
                assertThat(texts(round.results()).get(3)).startsWith("tool 'read' has not run yet");
            });
        }
    }

    @Test
    void what_had_ended_stays_and_only_what_was_decided_or_had_not_begun_runs() {
        try (FileJournal journal = afterCrash();
                ParallelTools parallel =
                        ParallelTools.builder().journal(journal).build()) {
            SuspendedInvocation round = parallel.recover().get(0);
            List<ToolExecutionResultMessage> results =
                    parallel.resume(round, Map.of(2, Decision.completed("paid by hand")), tools());
            assertThat(texts(results))
                    .containsExactly("7 EUR", "failed after 2 attempts: closed", "paid by hand", "read again");
            assertThat(results)
                    .extracting(ToolExecutionResultMessage::isError)
                    .containsExactly(false, true, false, false);
            assertThat(ran).containsExactly("{\"of\":\"read\"}");
            assertThat(parallel.recover()).isEmpty();
        }
    }

    @Test
    void a_call_that_may_have_happened_runs_again_only_if_that_is_decided() {
        try (FileJournal journal = afterCrash();
                ParallelTools parallel =
                        ParallelTools.builder().journal(journal).build()) {
            SuspendedInvocation round = parallel.recover().get(0);
            assertThatThrownBy(() -> parallel.resume(round, Map.of(), tools()))
                    .isInstanceOfSatisfying(InvocationSuspendedException.class, again -> {
                        assertThat(ran).doesNotContain("{\"of\":\"pay\"}");
                        parallel.resume(again.suspended(), Map.of(2, Decision.runAgain()), tools());
                    });
            assertThat(ran).contains("{\"of\":\"pay\"}").hasSize(2);
        }
    }

    /** A journal does not keep the text of such arguments. */
    @Test
    void call_whose_arguments_could_not_be_read_does_not_run_after_the_crash_either() throws IOException {
        Path journalled = folder.resolve("rounds.journal");
        Path crashed = folder.resolve("crashed.journal");
        AiMessage message = calls(
                ScriptedChatModel.call("1", "pay", "{}"), ScriptedChatModel.call("2", "wipe", "{\"only\": \"bob"));
        AiServiceTool crashes = tool("pay", request -> {
            try {
                Files.copy(journalled, crashed);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return "paid";
        });
        try (FileJournal journal = FileJournal.open(journalled);
                ParallelTools parallel =
                        ParallelTools.builder().journal(journal).build()) {
            assertThat(texts(parallel.execute(message, List.of(crashes, running("wipe")))))
                    .element(1)
                    .asString()
                    .startsWith("tool 'wipe' was not run: its arguments are not a JSON object");
        }
        try (FileJournal journal = FileJournal.open(crashed);
                ParallelTools parallel =
                        ParallelTools.builder().journal(journal).build()) {
            SuspendedInvocation round = parallel.recover().get(0);
            List<ToolExecutionResultMessage> results = parallel.resume(
                    round, Map.of(0, Decision.completed("paid")), List.of(running("pay"), running("wipe")));
            assertThat(texts(results))
                    .element(1)
                    .asString()
                    .startsWith("tool 'wipe' was not run: its arguments are not a JSON object");
            assertThat(results.get(1).isError()).isTrue();
        }
        assertThat(ran).isEmpty();
    }

    @Test
    void without_a_journal_there_is_nothing_to_recover_from() {
        try (ParallelTools parallel = ParallelTools.builder().build()) {
            assertThatThrownBy(parallel::recover)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("cannot recover rounds: this executor has no journal");
        }
    }
}
