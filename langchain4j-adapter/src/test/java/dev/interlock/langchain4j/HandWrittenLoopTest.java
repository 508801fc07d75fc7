package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.CodedTool.tool;
import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.interlock.langchain4j.ScriptedChatModel.calls;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.EffectSource;
import dev.interlock.effect.Pure;
import dev.interlock.effect.Reads;
import dev.interlock.effect.Writes;
import dev.interlock.plan.CallPlan;
import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolMemoryId;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.service.tool.AiServiceTool;
import dev.langchain4j.service.tool.ToolExecutor;
import dev.langchain4j.service.tool.ToolService;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@link ParallelTools#execute}: for loops that are not LangChain4j's. */
@Timeout(60)
class HandWrittenLoopTest {

    private final ShopTools shop = new ShopTools();
    private final List<AiServiceTool> tools = ToolService.findTools(shop);
    private final ParallelTools parallel = Waiting.patientTools().build();

    static class ShopTools {
        final List<String> log = new CopyOnWriteArrayList<>();
        final CountDownLatch bothWait = new CountDownLatch(2);
        private final CyclicBarrier two = new CyclicBarrier(2);

        @Tool
        @Pure
        String meet() throws Exception {
            Waiting.meet(two);
            return "met";
        }

        @Tool
        @Writes("basket/{id}")
        String put(@P(name = "id") String id) {
            log.add("put " + id);
            return "put " + log.size();
        }

        @Tool
        @Reads("basket/{id}")
        String show(@P(name = "id") String id) {
            log.add("show " + id);
            return "shown " + log.size();
        }

        @Tool
        @Writes("queue/{id}")
        String queueUp(@P(name = "id") String id) throws InterruptedException {
            bothWait.countDown();
            Waiting.forInterrupt();
            return "served";
        }

        @Tool
        String whoAmI(@ToolMemoryId Object memoryId, InvocationContext context) {
            return memoryId + " " + context.userMessage().singleText();
        }

        @Tool
        String fail() {
            throw new IllegalStateException("sold out");
        }

        @Tool
        String failSilently() {
            throw new IllegalStateException();
        }
    }

    @Test
    void there_is_one_message_a_request_in_order() {
        List<ToolExecutionResultMessage> results = parallel.execute(
                calls(
                        call("b", "meet", "{}"),
                        call("a", "put", "{\"id\": \"1\"}"),
                        call(null, "meet", "{}"),
                        call("a", "show", "{\"id\": \"1\"}")),
                tools);

        assertThat(results).extracting(ToolExecutionResultMessage::id).containsExactly("b", "a", null, "a");
        assertThat(results)
                .extracting(ToolExecutionResultMessage::toolName)
                .containsExactly("meet", "put", "meet", "show");
        assertThat(results)
                .extracting(ToolExecutionResultMessage::text)
                .containsExactly("met", "put 1", "met", "shown 2");
        assertThat(results).extracting(ToolExecutionResultMessage::isError).containsOnly(false);
    }

    @Test
    void message_without_requests_gives_no_messages() {
        assertThat(parallel.execute(AiMessage.from("hello"), tools)).isEmpty();
    }

    @Test
    void a_batch_can_be_planned_without_running_it() {
        CallPlan plan = parallel.plan(
                calls(
                        call("1", "put", "{\"id\": \"a\"}"),
                        call("2", "put", "{\"id\": \"b\"}"),
                        call(null, "put", "{\"id\": \"a\"}")),
                tools);
        assertThat(plan.dependencies())
                .extracting(Object::toString)
                .containsExactly("call 3 waits for call 1: both write basket/a");
        assertThat(plan.calls().get(0).source()).isEqualTo(EffectSource.ANNOTATION);
        assertThat(plan.calls().get(2).call().id()).isNull();
        assertThat(parallel.plan(AiMessage.from("nothing"), tools).calls()).isEmpty();
        assertThat(shop.log).isEmpty();
    }

    @Test
    void unknown_tool_gives_an_error_that_lists_the_tools() {
        List<ToolExecutionResultMessage> results =
                parallel.execute(calls(call("1", "divine", "{}"), call("2", "put", "{\"id\": \"1\"}")), tools);

        assertThat(results.get(0).isError()).isTrue();
        assertThat(results.get(0).text())
                .isEqualTo("there is no tool named 'divine'; the tools are "
                        + "[fail, failSilently, meet, put, queueUp, show, whoAmI]");
        assertThat(results.get(1).text()).isEqualTo("put 1");
    }

    @Test
    void malformed_arguments_give_an_error() {
        List<ToolExecutionResultMessage> results =
                parallel.execute(calls(call("1", "put", "{\"id\": "), call("2", "put", "{\"id\": \"1\"}")), tools);

        assertThat(results.get(0).isError()).isTrue();
        assertThat(results.get(0).text()).contains("end-of-input");
        assertThat(results.get(1).text()).isEqualTo("put 1");
    }

    @Test
    void failure_gives_an_error_with_its_message_or_else_its_class() {
        List<ToolExecutionResultMessage> results =
                parallel.execute(calls(call("1", "fail", "{}"), call("2", "failSilently", "{}")), tools);

        assertThat(results).extracting(ToolExecutionResultMessage::isError).containsOnly(true);
        assertThat(results)
                .extracting(ToolExecutionResultMessage::text)
                .containsExactly("sold out", "java.lang.IllegalStateException");
    }

    @Test
    void invocation_context_is_passed_to_the_tools() {
        InvocationContext context = InvocationContext.builder()
                .chatMemoryId("customer 7")
                .userMessage(UserMessage.from("who am I?"))
                .build();

        assertThat(parallel.execute(calls(call("1", "whoAmI", "{}")), tools, context))
                .extracting(ToolExecutionResultMessage::text)
                .containsExactly("customer 7 who am I?");
    }

    @Test
    void tools_can_be_given_as_a_map() {
        Map<ToolSpecification, ToolExecutor> map = new LinkedHashMap<>();
        for (AiServiceTool tool : List.of(tool("one", request -> "1"), tool("two", request -> "2"))) {
            map.put(tool.toolSpecification(), tool.toolExecutor());
        }

        assertThat(parallel.execute(calls(call("1", "two", "{}"), call("2", "one", "{}")), map))
                .extracting(ToolExecutionResultMessage::text)
                .containsExactly("2", "1");
    }

    @Test
    void interrupt_reaches_the_tools_and_there_is_a_message_for_each_request() throws InterruptedException {
        Caller caller = Caller.of(() -> parallel.execute(
                calls(
                        call("1", "queueUp", "{\"id\": \"a\"}"),
                        call("2", "queueUp", "{\"id\": \"b\"}"),
                        call("3", "queueUp", "{\"id\": \"a\"}"),
                        call("4", "fail", "{}")),
                tools));
        Waiting.await(shop.bothWait);

        caller.interrupt();

        caller.join();
        assertThat(caller.thrown()).isNull();
        assertThat(caller.interruptFlag()).isTrue();
        assertThat((List<?>) caller.returned())
                .extracting(ToolExecutionResultMessage.class::cast)
                .allMatch(ToolExecutionResultMessage::isError)
                .extracting(ToolExecutionResultMessage::text)
                .satisfiesExactly(
                        first -> assertThat(first)
                                .matches("tool 'queueUp' was interrupted after \\d+ ms: "
                                        + "the calling thread was interrupted; it may have taken effect"),
                        second -> assertThat(second).endsWith("it may have taken effect"),
                        third -> assertThat(third)
                                .isEqualTo("tool 'queueUp' was not started: the calling thread was interrupted"),
                        fourth -> assertThat(fourth)
                                .isEqualTo("tool 'fail' was not started: the calling thread was interrupted"));
    }

    @Test
    void interrupt_before_the_call_starts_nothing() throws InterruptedException {
        Caller caller = Caller.of(() -> {
            Thread.currentThread().interrupt();
            return parallel.execute(
                    calls(call("1", "put", "{\"id\": \"a\"}"), call("2", "put", "{\"id\": \"b\"}")), tools);
        });

        caller.join();
        assertThat(caller.interruptFlag()).isTrue();
        assertThat((List<?>) caller.returned()).hasSize(2);
        assertThat(shop.log).isEmpty();
    }

    @Test
    void whole_loop() {
        ScriptedChatModel model = ScriptedChatModel.saying(
                calls(call("1", "meet", "{}"), call("2", "meet", "{}")),
                calls(call("3", "put", "{\"id\": \"1\"}")),
                AiMessage.from("done"));
        List<ChatMessage> conversation = new ArrayList<>(List.of(UserMessage.from("go")));
        AiMessage answer = ask(model, conversation);
        while (answer.hasToolExecutionRequests()) {
            conversation.add(answer);
            conversation.addAll(parallel.execute(answer, tools));
            answer = ask(model, conversation);
        }

        assertThat(answer.text()).isEqualTo("done");
        assertThat(model.resultTexts()).containsExactly("met", "met", "put 1");
    }

    private static AiMessage ask(ScriptedChatModel model, List<ChatMessage> conversation) {
        return model.chat(ChatRequest.builder().messages(conversation).build()).aiMessage();
    }

    @Test
    void tool_of_the_same_name_can_be_another_one_in_the_next_call() {
        AtomicInteger calls = new AtomicInteger();
        for (String expected : List.of("first", "second")) {
            AiServiceTool tool = tool("same", request -> expected + " " + calls.incrementAndGet());

            assertThat(parallel.execute(calls(call("1", "same", "{}")), List.of(tool)))
                    .extracting(ToolExecutionResultMessage::text)
                    .containsExactly(expected + " " + calls.get());
        }
    }

    @Test
    void requests_of_the_message_stay_as_they_are() {
        ToolExecutionRequest equal = call(null, "put", "{\"id\": \"1\"}");

        List<ToolExecutionResultMessage> results = parallel.execute(calls(equal, equal), tools);

        assertThat(results).extracting(ToolExecutionResultMessage::id).containsExactly(null, null);
        assertThat(results).extracting(ToolExecutionResultMessage::text).containsExactly("put 1", "put 2");
    }
}
