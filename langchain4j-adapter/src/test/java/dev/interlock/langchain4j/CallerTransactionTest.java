package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.langchain4j.data.message.ChatMessageType.AI;
import static dev.langchain4j.data.message.ChatMessageType.TOOL_EXECUTION_RESULT;
import static dev.langchain4j.data.message.ChatMessageType.USER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.effect.Reads;
import dev.interlock.execution.RoundGuard;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.service.AiServices;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A transaction of the caller belongs to its thread: with a guard tools take part in it, as they do in LangChain4j. */
@Timeout(60)
class CallerTransactionTest {

    private static final ToolExecutionRequest[] INSERT_INSERT_COUNT = {
        call("1", "insert", "{\"id\": 201}"), call("2", "insert", "{\"id\": 202}"), call("3", "count", "{}")
    };

    private static final ToolExecutionRequest[] ADD_AND_INSERT = {
        call("1", "add", "{\"id\": 1, \"amount\": 5}"), call("2", "insert", "{\"id\": 201}")
    };

    private final Database database;

    CallerTransactionTest() throws Exception {
        database = new Database();
    }

    private ParallelTools guarded() {
        return ParallelTools.builder()
                .roundGuard(calls -> database.onOwnerInTransaction())
                .build();
    }

    private List<String> told(AiServices<Assistant> services, ToolExecutionRequest... requests) throws Exception {
        ScriptedChatModel model = ScriptedChatModel.asking(requests);
        Assistant assistant =
                services.chatModel(model).tools(new Database.Tools(database)).build();
        return database.rolledBack(() -> {
            assistant.chat("go");
            return model.resultTexts();
        });
    }

    @Test
    void what_tools_did_is_rolled_back_with_the_callers_transaction_as_in_langchain4j() throws Exception {
        List<String> plain = told(AiServices.builder(Assistant.class), INSERT_INSERT_COUNT);
        assertThat(plain).containsExactly("inserted 1", "inserted 1", "3 rows");
        assertThat(database.rows()).containsExactly(1);
        assertThat(told(guarded().aiServices(Assistant.class), INSERT_INSERT_COUNT))
                .isEqualTo(plain);
        assertThat(database.rows()).containsExactly(1);
    }

    /** What the guard is for: if this fails, it is of no use any more. */
    @Test
    void without_a_guard_tools_take_no_part_in_it() throws Exception {
        told(ParallelTools.builder().build().aiServices(Assistant.class), INSERT_INSERT_COUNT);
        assertThat(database.rows()).containsExactly(1, 201, 202);
    }

    @Test
    void a_tool_that_updates_a_row_which_its_caller_has_updated_does_not_wait_for_its_lock() throws Exception {
        for (ParallelTools parallel : List.of(
                guarded(),
                ParallelTools.builder()
                        .roundGuard(calls -> database.onOwnerInTransaction())
                        .timeout(Duration.ofMinutes(1))
                        .interceptor(call -> call.proceed())
                        .build())) {
            ScriptedChatModel model = ScriptedChatModel.asking(ADD_AND_INSERT);
            Assistant assistant = parallel.aiServices(Assistant.class)
                    .chatModel(model)
                    .tools(new Database.Tools(database))
                    .build();
            database.rolledBack(() -> {
                database.update("update entry set amount = 1 where id = 1");
                return assistant.chat("go");
            });
            assertThat(model.resultTexts()).containsExactly("updated 1", "inserted 1");
        }
    }

    @Test
    void without_a_transaction_tools_run_in_parallel_as_ever() {
        PairTools pair = new PairTools();
        ScriptedChatModel model = ScriptedChatModel.asking(PairTools.meet(1), PairTools.meet(2));
        guarded()
                .aiServices(Assistant.class)
                .chatModel(model)
                .tools(pair)
                .build()
                .chat("go");
        assertThat(model.results()).hasSize(2).noneMatch(result -> Boolean.TRUE.equals(result.isError()));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_stream_that_calls_back_on_the_callers_thread_is_in_its_transaction(boolean early) throws Exception {
        ScriptedStreamingModel model =
                ScriptedStreamingModel.asking(INSERT_INSERT_COUNT).onCallersThread();
        StreamingAssistant assistant = ParallelTools.builder()
                .earlyStart(early ? EarlyStart.ALL : EarlyStart.READS)
                .roundGuard(calls -> database.onOwnerInTransaction())
                .build()
                .aiServices(StreamingAssistant.class)
                .streamingChatModel(model)
                .tools(new Database.Tools(database))
                .build();
        assertThat(database.rolledBack(
                        () -> StreamedAnswer.to(assistant.chat("go")).text()))
                .isEqualTo("done");
        assertThat(model.resultTexts()).containsExactly("inserted 1", "inserted 1", "3 rows");
        assertThat(database.rows()).containsExactly(1);
    }

    /** The model asks for its results on the thread with the transaction, no matter where it called back before. */
    @Test
    void a_hand_written_stream_is_in_the_transaction_of_the_thread_that_has_its_message_executed() throws Exception {
        ParallelTools parallel = ParallelTools.builder()
                .earlyStart(EarlyStart.ALL)
                .roundGuard(calls -> database.onOwnerInTransaction())
                .build();
        ScriptedStreamingModel model = ScriptedStreamingModel.asking(INSERT_INSERT_COUNT);
        var tools = parallel.tools(new Database.Tools(database));
        List<String> results = database.rolledBack(() -> {
            CompletableFuture<AiMessage> message = new CompletableFuture<>();
            ChatRequest request =
                    ChatRequest.builder().messages(UserMessage.from("go")).build();
            model.doChat(request, parallel.streamingHandler(tools, completing(message)));
            return parallel.execute(message.get(), tools).stream()
                    .map(ToolExecutionResultMessage::text)
                    .toList();
        });
        assertThat(results).containsExactly("inserted 1", "inserted 1", "3 rows");
        assertThat(database.rows()).containsExactly(1);
    }

    private static StreamingChatResponseHandler completing(CompletableFuture<AiMessage> message) {
        return new StreamingChatResponseHandler() {
            @Override
            public void onPartialResponse(String partialResponse) {}

            @Override
            public void onCompleteResponse(ChatResponse completeResponse) {
                message.complete(completeResponse.aiMessage());
            }

            @Override
            public void onError(Throwable error) {
                message.completeExceptionally(error);
            }
        };
    }

    @Test
    void a_task_is_in_the_transaction_of_the_thread_that_executes_it() throws Exception {
        TaskAgent agent = TaskAgent.builder()
                .chatModel(ScriptedChatModel.asking(INSERT_INSERT_COUNT))
                .tools(new Database.Tools(database))
                .roundGuard(calls -> database.onOwnerInTransaction())
                .timeout(Duration.ofMinutes(1))
                .build();
        TaskResult result = database.rolledBack(() -> agent.execute("go"));
        assertThat(result.end()).isEqualTo(TaskEnd.ANSWER);
        assertThat(result.calls()).allMatch(call -> call.isSuccess());
        assertThat(database.rows()).containsExactly(1);
    }

    @Test
    void a_task_that_streams_is_in_it_too_wherever_the_model_calls_back() throws Exception {
        for (Duration limit : List.of(Duration.ofMinutes(1), Duration.ofDays(1))) {
            TaskAgent.Builder builder = TaskAgent.builder()
                    .streamingChatModel(ScriptedStreamingModel.asking(INSERT_INSERT_COUNT))
                    .tools(new Database.Tools(database))
                    .parallelTools(parallel -> parallel.earlyStart(EarlyStart.ALL))
                    .roundGuard(calls -> database.onOwnerInTransaction());
            TaskAgent agent = (limit.toDays() > 0 ? builder : builder.timeout(limit)).build();
            TaskResult result = database.rolledBack(() -> agent.execute("go"));
            assertThat(result.error()).isNull();
            assertThat(result.end()).isEqualTo(TaskEnd.ANSWER);
            assertThat(result.calls()).hasSize(3).allMatch(call -> call.isSuccess());
            assertThat(database.rows()).containsExactly(1);
        }
    }

    /** Its rounds are then run by a thread that has the caller's interrupt. */
    @Test
    void a_task_that_streams_in_a_transaction_ends_when_its_caller_is_interrupted() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        HangingTool tool = new HangingTool(running);
        TaskAgent agent = TaskAgent.builder()
                .streamingChatModel(ScriptedStreamingModel.asking(call("1", "hang", "{}"), call("2", "hang", "{}")))
                .tools(tool)
                .roundGuard(calls -> database.onOwnerInTransaction())
                .build();
        CompletableFuture<TaskResult> result = new CompletableFuture<>();
        Thread caller = Thread.ofPlatform().start(() -> {
            try {
                result.complete(database.rolledBack(() -> agent.execute("go")));
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        Waiting.await(running);
        caller.interrupt();
        assertThat(result.get().end()).isEqualTo(TaskEnd.CANCELLED);
        assertThat(tool.calls).hasValue(1);
    }

    static final class HangingTool {
        private final CountDownLatch running;
        private final AtomicInteger calls = new AtomicInteger();

        HangingTool(CountDownLatch running) {
            this.running = running;
        }

        @Tool
        @Reads("a")
        String hang() throws InterruptedException {
            calls.incrementAndGet();
            running.countDown();
            Waiting.forInterrupt();
            return "never";
        }
    }

    private RoundGuard refusing() {
        return calls -> {
            if (database.isInTransaction()) {
                throw new IllegalStateException("tools take no part in the transaction of their caller");
            }
            return RoundGuard.Where.ANYWHERE;
        };
    }

    @Test
    void a_round_that_is_refused_leaves_the_loop_and_the_memory_has_a_result_for_each_call() throws Exception {
        ChatMemory memory = Memory.ofManyMessages();
        ScriptedChatModel model = ScriptedChatModel.asking(INSERT_INSERT_COUNT);
        Assistant assistant = ParallelTools.builder()
                .roundGuard(refusing())
                .build()
                .aiServices(Assistant.class)
                .chatModel(model)
                .chatMemory(memory)
                .tools(new Database.Tools(database))
                .build();
        assertThatThrownBy(() -> database.rolledBack(() -> assistant.chat("go")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("tools take no part in the transaction of their caller");
        assertThat(Memory.types(memory))
                .containsExactly(USER, AI, TOOL_EXECUTION_RESULT, TOOL_EXECUTION_RESULT, TOOL_EXECUTION_RESULT);
        assertThat(Memory.resultTexts(memory))
                .contains("tool 'count' was not run, its round was refused: tools take no part in the transaction of"
                        + " their caller");
        assertThat(model.requests()).hasSize(1);
        assertThat(database.rows()).containsExactly(1);
    }

    @Test
    void a_stream_that_is_refused_ends_by_an_error_and_the_memory_has_a_result_for_each_call() throws Exception {
        ChatMemory memory = Memory.ofManyMessages();
        StreamingAssistant assistant = ParallelTools.builder()
                .earlyStart(EarlyStart.ALL)
                .roundGuard(refusing())
                .build()
                .aiServices(StreamingAssistant.class)
                .streamingChatModel(
                        ScriptedStreamingModel.asking(INSERT_INSERT_COUNT).onCallersThread())
                .chatMemory(memory)
                .tools(new Database.Tools(database))
                .build();
        Throwable error = database.rolledBack(
                () -> StreamedAnswer.to(assistant.chat("go")).error());
        assertThat(error).hasMessage("tools take no part in the transaction of their caller");
        assertThat(Memory.types(memory))
                .containsExactly(USER, AI, TOOL_EXECUTION_RESULT, TOOL_EXECUTION_RESULT, TOOL_EXECUTION_RESULT);
        assertThat(database.rows()).containsExactly(1);
    }

    @Test
    void a_task_that_is_refused_ends_by_an_error() throws Exception {
        TaskAgent agent = TaskAgent.builder()
                .chatModel(ScriptedChatModel.asking(INSERT_INSERT_COUNT))
                .tools(new Database.Tools(database))
                .roundGuard(refusing())
                .build();
        TaskResult result = database.rolledBack(() -> agent.execute("go"));
        assertThat(result.end()).isEqualTo(TaskEnd.ERROR);
        assertThat(result.error()).hasMessage("tools take no part in the transaction of their caller");
    }

    @Test
    void a_hand_written_loop_gets_a_message_a_request_that_says_why() throws Exception {
        ParallelTools parallel = ParallelTools.builder().roundGuard(refusing()).build();
        var tools = parallel.tools(new Database.Tools(database));
        List<ToolExecutionResultMessage> results =
                database.rolledBack(() -> parallel.execute(ScriptedChatModel.calls(INSERT_INSERT_COUNT), tools));
        assertThat(results)
                .hasSize(3)
                .allMatch(result -> Boolean.TRUE.equals(result.isError()))
                .allMatch(result -> result.text().contains("its round was refused: tools take no part"));
        assertThat(database.rows()).containsExactly(1);
    }

    /** Nothing starts before all calls are known, whatever the model reports. */
    @Test
    void the_guard_of_a_stream_is_asked_before_anything_starts_early() throws Exception {
        List<Integer> asked = new ArrayList<>();
        StreamingAssistant assistant = ParallelTools.builder()
                .earlyStart(EarlyStart.ALL)
                .roundGuard(calls -> {
                    asked.add(calls.size());
                    return RoundGuard.Where.ON_OWNER;
                })
                .build()
                .aiServices(StreamingAssistant.class)
                .streamingChatModel(
                        ScriptedStreamingModel.asking(INSERT_INSERT_COUNT).onCallersThread())
                .tools(new Database.Tools(database))
                .build();
        StreamedAnswer.to(assistant.chat("go")).text();
        // Before the model is asked, with the message, and before it is asked again.
        assertThat(asked).containsExactly(0, 3, 0);
    }

    @Test
    void guards_cannot_be_null() {
        assertThat(Stream.<Runnable>of(
                        () -> ParallelTools.builder().roundGuard(nothing()),
                        () -> TaskAgent.builder().roundGuard(nothing())))
                .allSatisfy(setting -> assertThatThrownBy(setting::run).hasMessage("guard"));
    }

    @SuppressWarnings("NullAway") // as a user's mistake may give it
    private static RoundGuard nothing() {
        return null;
    }
}
