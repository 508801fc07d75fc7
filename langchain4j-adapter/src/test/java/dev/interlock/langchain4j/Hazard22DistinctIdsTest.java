package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.CodedTool.tool;
import static dev.interlock.langchain4j.Ids.assertThatProviderTakes;
import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.interlock.langchain4j.ScriptedChatModel.calls;
import static dev.interlock.langchain4j.ScriptedStreamingModel.says;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.Effects;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.tool.AiServiceTool;
import dev.langchain4j.service.tool.ToolExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One id for two different calls of a response: providers reject the next request. */
@Timeout(60)
class Hazard22DistinctIdsTest {

    private static final ToolExecutionRequest TEA = call("call_7", "echo", "{\"id\": \"tea\"}");
    private static final ToolExecutionRequest MILK = call("call_7", "echo", "{\"id\": \"milk\"}");

    private final List<String> ran = new CopyOnWriteArrayList<>();
    private final List<AiServiceTool> tools = List.of(tool("echo", request -> {
        String id = request.arguments().replaceAll(".*\"id\": \"(.*)\".*", "$1");
        ran.add(id);
        return "had " + id;
    }));
    private final ChatMemory memory = Memory.ofManyMessages();

    private static ParallelTools parallel(boolean early) {
        return ParallelTools.builder()
                .effects("echo", early ? Effects.pure() : Effects.exclusive())
                .build();
    }

    private ScriptedChatModel served(AiServices<Assistant> services, ToolExecutionRequest... requests) {
        ScriptedChatModel model = ScriptedChatModel.asking(requests);
        services.chatModel(model).chatMemory(memory).tools(tools).build().chat("go");
        return model;
    }

    @Test
    void plain_langchain4j_sends_one_id_for_two_calls() {
        ScriptedChatModel model = served(AiServices.builder(Assistant.class), TEA, MILK);

        assertThat(model.lastRequestIds()).containsExactly("call_7", "call_7");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void different_calls_have_different_ids(boolean overlapping) {
        ScriptedChatModel model = served(parallel(overlapping).aiServices(Assistant.class), TEA, MILK, TEA);

        assertThatProviderTakes(model.requests().get(1).messages());
        assertThatProviderTakes(memory.messages());
        assertThat(model.resultTexts()).containsExactly("had tea", "had milk", "had tea");
        assertThat(model.lastRequestIds()).containsExactly("call_7", "call_7_2", "call_7_3");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void hooks_are_told_of_the_ids_that_go_to_memory(boolean overlapping) {
        List<String> told = new CopyOnWriteArrayList<>();

        served(
                parallel(overlapping)
                        .aiServices(Assistant.class)
                        .beforeToolExecution(event -> told.add(event.request().id()))
                        .afterToolExecution(event -> told.add(event.request().id())),
                TEA,
                MILK);

        assertThat(told).containsExactlyInAnyOrder("call_7", "call_7", "call_7_2", "call_7_2");
    }

    private ScriptedStreamingModel streamed(boolean early, ToolExecutionRequest... requests)
            throws InterruptedException {
        ScriptedStreamingModel model = ScriptedStreamingModel.asking(requests);
        StreamingAssistant assistant = parallel(early)
                .aiServices(StreamingAssistant.class)
                .streamingChatModel(model)
                .chatMemory(memory)
                .tools(tools)
                .build();
        assertThat(StreamedAnswer.to(assistant.chat("go")).text()).isEqualTo(ScriptedStreamingModel.DONE);
        return model;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void different_calls_of_a_streamed_response_have_different_ids(boolean early) throws InterruptedException {
        ScriptedStreamingModel model = streamed(early, TEA, MILK);

        assertThatProviderTakes(model.requests().get(1).messages());
        assertThatProviderTakes(memory.messages());
        assertThat(model.resultTexts()).containsExactly("had tea", "had milk");
        assertThat(ran).containsExactlyInAnyOrder("tea", "milk");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void equal_calls_of_a_streamed_response_have_different_ids(boolean early) throws InterruptedException {
        ScriptedStreamingModel model = streamed(early, TEA, TEA, MILK);

        assertThatProviderTakes(model.requests().get(1).messages());
        assertThat(model.resultTexts()).containsExactly("had tea", "had tea", "had milk");
        assertThat(ran).containsExactlyInAnyOrder("tea", "tea", "milk");
    }

    @Test
    void intermediate_response_has_the_ids_that_go_to_memory() throws InterruptedException {
        List<ChatResponse> intermediate = new CopyOnWriteArrayList<>();
        StreamingAssistant assistant = parallel(true)
                .aiServices(StreamingAssistant.class)
                .streamingChatModel(ScriptedStreamingModel.asking(TEA, MILK))
                .chatMemory(memory)
                .tools(tools)
                .build();

        StreamedAnswer.to(assistant.chat("go").onIntermediateResponse(intermediate::add))
                .text();

        assertThat(Ids.of(intermediate.get(0).aiMessage())).isEqualTo(Ids.of(memory.messages()));
    }

    @Test
    void results_of_a_task_have_different_ids() {
        ScriptedChatModel model = ScriptedChatModel.asking(TEA, MILK);
        try (TaskAgent agent =
                TaskAgent.builder().chatModel(model).tools(byName()).build()) {
            assertThat(agent.execute("go").answer()).isEqualTo(ScriptedChatModel.DONE);
        }

        assertThatProviderTakes(model.requests().get(1).messages());
    }

    @Test
    void results_of_a_streamed_task_have_different_ids() {
        ScriptedStreamingModel model = ScriptedStreamingModel.asking(TEA, TEA, MILK);
        try (TaskAgent agent =
                TaskAgent.builder().streamingChatModel(model).tools(byName()).build()) {
            assertThat(agent.execute("go").answer()).isEqualTo(ScriptedStreamingModel.DONE);
        }

        assertThatProviderTakes(model.requests().get(1).messages());
        assertThat(model.resultTexts()).containsExactly("had tea", "had tea", "had milk");
    }

    private Map<ToolSpecification, ToolExecutor> byName() {
        return Map.of(tools.get(0).toolSpecification(), tools.get(0).toolExecutor());
    }

    @Test
    void hand_written_stream_gets_a_message_with_different_ids() throws Exception {
        ParallelTools parallel = parallel(true);
        CompletableFuture<AiMessage> message = new CompletableFuture<>();
        ScriptedStreamingModel.replying(ScriptedStreamingModel.asks(TEA, MILK, TEA))
                .chat(
                        ChatRequest.builder().messages(UserMessage.from("go")).build(),
                        parallel.streamingHandler(tools, new StreamingChatResponseHandler() {
                            @Override
                            public void onCompleteResponse(ChatResponse response) {
                                message.complete(response.aiMessage());
                            }

                            @Override
                            public void onError(Throwable error) {
                                message.completeExceptionally(error);
                            }
                        }));

        AiMessage received = message.get(30, TimeUnit.SECONDS);
        List<ChatMessage> conversation = new ArrayList<>(List.of(received));
        conversation.addAll(parallel.execute(received, tools));
        assertThatProviderTakes(conversation);
        assertThat(conversation.subList(1, 4))
                .extracting(result -> ((ToolExecutionResultMessage) result).text())
                .containsExactly("had tea", "had milk", "had tea");
        assertThat(ran).as("each call runs once").hasSize(3);
    }

    @Test
    void hand_written_loop_has_the_ids_made_distinct() {
        AiMessage given = calls(TEA, MILK);
        AiMessage message = ParallelTools.withDistinctIds(given, List.of());

        List<ChatMessage> conversation = new ArrayList<>(List.of(message));
        conversation.addAll(parallel(true).execute(message, tools));

        assertThatProviderTakes(conversation);
        assertThat(parallel(true).execute(given, tools))
                .as("what the loop does not repair is answered as it is")
                .extracting(ToolExecutionResultMessage::id)
                .containsExactly("call_7", "call_7");
    }

    @Test
    void answer_without_calls_stays_as_it_is() throws InterruptedException {
        ScriptedStreamingModel model = ScriptedStreamingModel.replying(says("hello"));
        StreamingAssistant assistant = parallel(true)
                .aiServices(StreamingAssistant.class)
                .streamingChatModel(model)
                .tools(tools)
                .build();

        assertThat(StreamedAnswer.to(assistant.chat("go")).text()).isEqualTo("hello");
    }
}
