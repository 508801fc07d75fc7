package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.CodedTool.tool;
import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.interlock.call.ToolPolicy;
import dev.interlock.durable.Decision;
import dev.interlock.durable.journal.FileJournal;
import dev.interlock.effect.Reads;
import dev.interlock.effect.Writes;
import dev.interlock.execution.CallScope;
import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.service.MemoryId;
import dev.langchain4j.service.UserMessage;
import dev.langchain4j.service.tool.AiServiceTool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * An AI service with a journal whose process ends while a tool runs, and the process after it: from the model to its
 * answer.
 */
@Timeout(60)
class JournalledServiceTest {

    interface Clerk {
        String chat(@MemoryId String id, @UserMessage String message);
    }

    @TempDir
    Path folder;

    /** What the bank has done, by the keys that it was given: it does a thing once for each. */
    private final Map<String, String> bank = new ConcurrentHashMap<>();

    /** The keys of executions, by their tools. */
    private final Map<String, List<String>> keys = new ConcurrentHashMap<>();

    private PayDesk.TextStore store;
    private PayDesk.TextStore atCrash;

    @BeforeEach
    void makeStores() {
        store = new PayDesk.TextStore();
        atCrash = new PayDesk.TextStore();
    }

    private String key(String tool) {
        String key = CallScope.current().orElseThrow().idempotencyKey();
        keys.computeIfAbsent(tool, unused -> new CopyOnWriteArrayList<>()).add(key);
        return key;
    }

    final class Desk {
        private final boolean crashes;

        Desk(boolean crashes) {
            this.crashes = crashes;
        }

        @Tool
        @Reads("account/{id}")
        String balance(@P(name = "id") String id) {
            key("balance");
            return "100 on " + id;
        }

        @Tool
        @Writes("account/{to}")
        String pay(@P(name = "to") String to) {
            bank.putIfAbsent(key("pay"), "paid " + to);
            if (crashes) {
                crash();
            }
            return "paid " + to;
        }

        @Tool
        @Writes("account/{of}")
        String note(@P(name = "of") String of) {
            key("note");
            return "noted " + of;
        }
    }

    /** All that outlives the process is as it is now; what the process does from now on is lost. */
    private void crash() {
        try {
            Files.copy(folder.resolve("rounds.journal"), folder.resolve("crashed.journal"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        atCrash.texts.putAll(store.texts);
    }

    private static Clerk clerk(ParallelTools parallel, ScriptedChatModel model, PayDesk.TextStore memories, Desk desk) {
        return parallel.aiServices(Clerk.class)
                .chatModel(model)
                .chatMemoryProvider(memories::memory)
                .tools(desk)
                .build();
    }

    private static ParallelTools.Builder journalled(FileJournal journal) {
        return ParallelTools.builder()
                .journal(journal)
                .policy("note", ToolPolicy.builder().idempotent(true).build());
    }

    @Test
    void what_had_ended_stays_what_may_have_happened_is_asked_and_the_conversation_goes_on() {
        try (FileJournal journal = FileJournal.open(folder.resolve("rounds.journal"));
                ParallelTools parallel = journalled(journal).build()) {
            ScriptedChatModel model = ScriptedChatModel.asking(
                    call("a", "balance", "{\"id\": \"2\"}"),
                    call("b", "pay", "{\"to\": \"2\"}"),
                    call("c", "note", "{\"of\": \"2\"}"));

            assertThat(clerk(parallel, model, store, new Desk(true)).chat("7", "Pay 2"))
                    .isEqualTo(ScriptedChatModel.DONE);
        }
        keys.remove("note");

        try (FileJournal journal = FileJournal.open(folder.resolve("crashed.journal"));
                ParallelTools parallel = journalled(journal).build()) {
            Desk desk = new Desk(false);
            SuspendedInvocation left = parallel.recover().getFirst();
            assertThat(parallel.recover()).hasSize(1);
            assertThat(left.round().pending()).containsExactly(1);
            // The bank knows what became of it, by its key.
            assertThat(bank).containsOnlyKeys(left.round().idempotencyKey(1));

            List<ToolExecutionResultMessage> results =
                    parallel.resume(left, Map.of(1, Decision.runAgain()), parallel.tools(desk));

            assertThat(results)
                    .extracting(ToolExecutionResultMessage::id, ToolExecutionResultMessage::text)
                    .containsExactly(tuple("a", "100 on 2"), tuple("b", "paid 2"), tuple("c", "noted 2"));
            assertThat(keys.get("balance")).as("executed once").hasSize(1);
            assertThat(keys.get("pay")).hasSize(2).containsOnly(keys.get("pay").getFirst());
            assertThat(keys.get("note")).containsExactly(left.round().idempotencyKey(2));
            assertThat(bank).hasSize(1);
            assertThat(parallel.recover()).isEmpty();

            // The memory has the requests without results, as the process left it.
            ChatMemory memory = atCrash.memory("7");
            assertThat(memory.messages().getLast()).isInstanceOf(AiMessage.class);
            results.forEach(memory::add);
            ScriptedChatModel model = ScriptedChatModel.saying(AiMessage.from("2 is paid."));

            assertThat(clerk(parallel, model, atCrash, desk).chat("7", "Well?")).isEqualTo("2 is paid.");

            List<ChatMessage> seen = atCrash.memory("7").messages();
            assertThat(seen).containsAll(results).hasSize(2 + 3 + 2);
        }
    }

    @Test
    void a_call_of_a_hand_written_loop_that_is_tried_again_keeps_its_key() {
        AtomicInteger failures = new AtomicInteger(2);
        List<AiServiceTool> tools = List.of(tool("note", request -> key("note")), tool("pay", request -> {
            String key = key("pay");
            if (failures.getAndDecrement() > 0) {
                throw new IllegalStateException("the line is bad");
            }
            return key;
        }));
        AiMessage message = ScriptedChatModel.calls(call("a", "note", "{}"), call("b", "pay", "{}"));
        try (ParallelTools parallel = ParallelTools.builder().build()) {
            List<ToolExecutionResultMessage> results = parallel.execute(message, tools);
            results = parallel.retryFailed(message, results, tools);
            results = parallel.retryFailed(message, results, tools);

            assertThat(results).extracting(ToolExecutionResultMessage::isError).containsExactly(false, false);
        }
        assertThat(keys.get("note")).hasSize(1);
        assertThat(keys.get("pay"))
                .hasSize(3)
                .containsOnly(keys.get("pay").getFirst())
                .doesNotContainAnyElementsOf(keys.get("note"));
    }
}
