package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.CodedTool.tool;
import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.interlock.langchain4j.ScriptedChatModel.calls;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.Effects;
import dev.interlock.execution.ToolCallExecutor;
import dev.interlock.langchain4j.mcp.McpTrust;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.ModelProvider;
import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.CompleteToolCall;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.service.tool.AiServiceTool;
import dev.langchain4j.service.tool.ToolExecutor;
import dev.langchain4j.service.tool.ToolProvider;
import dev.langchain4j.service.tool.ToolProviderRequest;
import dev.langchain4j.service.tool.ToolProviderResult;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A provider that makes new tools for every request: nothing of the library keeps those of requests that are over. */
@Timeout(120)
class Hazard28ToolLifetimeTest {

    private static final int CHATS = 100;

    /** Calls every tool it is offered once, and keeps nothing. */
    private static final class CallingModel implements ChatModel, StreamingChatModel {

        private static AiMessage answer(ChatRequest request) {
            boolean asked = request.messages().get(request.messages().size() - 1) instanceof UserMessage;
            return asked
                    ? AiMessage.from(request.toolSpecifications().stream()
                            .map(tool -> call(tool.name(), tool.name(), "{\"id\": \"7\"}"))
                            .toList())
                    : AiMessage.from("done");
        }

        @Override
        public ChatResponse doChat(ChatRequest request) {
            return ChatResponse.builder().aiMessage(answer(request)).build();
        }

        @Override
        public void doChat(ChatRequest request, StreamingChatResponseHandler handler) {
            AiMessage message = answer(request);
            for (int i = 0; i < message.toolExecutionRequests().size(); i++) {
                handler.onCompleteToolCall(
                        new CompleteToolCall(i, message.toolExecutionRequests().get(i)));
            }
            handler.onCompleteResponse(ChatResponse.builder().aiMessage(message).build());
        }

        @Override
        public ModelProvider provider() {
            return ModelProvider.OTHER;
        }

        @Override
        public List<ChatModelListener> listeners() {
            return List.of();
        }

        @Override
        public Set<Capability> supportedCapabilities() {
            return Set.of();
        }

        @Override
        public ChatRequestParameters defaultRequestParameters() {
            return ChatRequestParameters.builder().build();
        }
    }

    /** What a provider makes anew for every request. */
    enum Anew {
        NAMES_AND_EXECUTORS,
        EXECUTORS,
        NAMES
    }

    /** Brings two tools a request, and knows them only as long as others do. */
    private static final class NewTools implements ToolProvider {

        private static final ToolExecutor ONE_FOR_ALL = (request, memoryId) -> "ran " + request.name();

        private final Anew anew;
        private final boolean dynamic;
        private final List<WeakReference<?>> made = new ArrayList<>();
        private int requests;

        NewTools(Anew anew, boolean dynamic) {
            this.anew = anew;
            this.dynamic = dynamic;
        }

        @Override
        public ToolProviderResult provideTools(ToolProviderRequest request) {
            requests++;
            return new ToolProviderResult(List.of(make("getFirst"), make("getSecond")));
        }

        private AiServiceTool make(String name) {
            AiServiceTool tool = tool(anew == Anew.EXECUTORS ? name : name + requests, request -> "ran " + requests);
            if (anew == Anew.NAMES) {
                tool = tool.toBuilder().toolExecutor(ONE_FOR_ALL).build();
            } else {
                made.add(new WeakReference<>(tool.toolExecutor()));
            }
            made.add(new WeakReference<>(tool.toolSpecification()));
            return tool;
        }

        @Override
        public boolean isDynamic() {
            return dynamic;
        }
    }

    private static ParallelTools parallel(boolean chaining) {
        return ParallelTools.builder().chaining(chaining).build();
    }

    @ParameterizedTest
    @EnumSource(Anew.class)
    void nothing_of_requests_that_are_over_is_kept(Anew anew) {
        NewTools provider = new NewTools(anew, false);
        Assistant assistant = parallel(false)
                .aiServices(Assistant.class)
                .chatModel(new CallingModel())
                .toolProvider(provider)
                .build();

        for (int i = 0; i < CHATS; i++) {
            assertThat(assistant.chat("go")).isEqualTo("done");
        }

        Garbage.awaitCollectionOf(provider.made);
        assertThat(assistant.chat("go"))
                .as("the service is in use all the time")
                .isEqualTo("done");
    }

    @ParameterizedTest
    @CsvSource({"false, true", "true, false", "true, true"})
    void nothing_is_kept_of_tools_that_are_chained_or_come_on_the_way(boolean chaining, boolean dynamic) {
        NewTools provider = new NewTools(Anew.NAMES_AND_EXECUTORS, dynamic);
        Assistant assistant = parallel(chaining)
                .aiServices(Assistant.class)
                .chatModel(new CallingModel())
                .toolProvider(provider)
                .build();

        for (int i = 0; i < CHATS; i++) {
            assistant.chat("go");
        }

        Garbage.awaitCollectionOf(provider.made);
        assertThat(assistant).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void nothing_of_streamed_requests_is_kept(boolean chaining) throws InterruptedException {
        NewTools provider = new NewTools(Anew.NAMES_AND_EXECUTORS, false);
        StreamingAssistant assistant = parallel(chaining)
                .aiServices(StreamingAssistant.class)
                .streamingChatModel(new CallingModel())
                .toolProvider(provider)
                .build();

        for (int i = 0; i < CHATS; i++) {
            assertThat(StreamedAnswer.to(assistant.chat("go")).text()).isEqualTo("done");
        }

        Garbage.awaitCollectionOf(provider.made);
        assertThat(StreamedAnswer.to(assistant.chat("go")).text()).isEqualTo("done");
    }

    @Test
    void nothing_of_tasks_is_kept() {
        NewTools provider = new NewTools(Anew.NAMES_AND_EXECUTORS, false);
        try (TaskAgent agent = TaskAgent.builder()
                .chatModel(new CallingModel())
                .toolProvider(provider)
                .build()) {
            for (int i = 0; i < CHATS; i++) {
                assertThat(agent.execute("go").answer()).isEqualTo("done");
            }

            Garbage.awaitCollectionOf(provider.made);
        }
    }

    @Test
    void nothing_is_kept_of_tools_that_a_hand_written_loop_makes_anew() throws Exception {
        ParallelTools parallel = parallel(false);
        NewTools provider = new NewTools(Anew.NAMES_AND_EXECUTORS, false);

        for (int i = 0; i < CHATS; i++) {
            List<AiServiceTool> tools = provider.provideTools(null).aiServiceTools();
            CompletableFuture<AiMessage> streamed = new CompletableFuture<>();
            new CallingModel()
                    .chat(
                            ChatRequest.builder()
                                    .messages(UserMessage.from("go"))
                                    .toolSpecifications(tools.stream()
                                            .map(AiServiceTool::toolSpecification)
                                            .toArray(ToolSpecification[]::new))
                                    .build(),
                            parallel.streamingHandler(tools, new StreamingChatResponseHandler() {
                                @Override
                                public void onCompleteResponse(ChatResponse response) {
                                    streamed.complete(response.aiMessage());
                                }

                                @Override
                                public void onError(Throwable error) {
                                    streamed.completeExceptionally(error);
                                }
                            }));
            assertThat(parallel.execute(streamed.get(30, TimeUnit.SECONDS), tools))
                    .hasSize(2);
            assertThat(parallel.execute(calls(call("1", tools.get(0).name(), "{}")), tools))
                    .hasSize(1);
        }

        Garbage.awaitCollectionOf(provider.made);
        assertThat(parallel.abandoned()).isEmpty();
    }

    @Test
    void what_is_known_of_tools_that_are_no_more_is_forgotten_at_the_next_call() {
        ToolBindings bindings = new ToolBindings(ToolCallExecutor.builder().build(), McpTrust.NONE);
        List<WeakReference<?>> known = new ArrayList<>();
        for (int i = 0; i < CHATS; i++) {
            AiServiceTool tool = tool("tool" + i, request -> "ran");
            known.add(
                    new WeakReference<>(bindings.binding(tool.name(), NewTools.ONE_FOR_ALL, tool.toolSpecification())));
        }
        AiServiceTool kept = tool("kept", request -> "ran");

        Garbage.awaitCollection(() -> {
            bindings.binding(kept.name(), kept.toolExecutor(), kept.toolSpecification());
            return known.stream().allMatch(binding -> binding.refersTo(null));
        });

        assertThat(bindings.known("tool0")).isNull();
        assertThat(bindings.known("kept"))
                .isNotNull()
                .isSameAs(bindings.binding(kept.name(), kept.toolExecutor(), kept.toolSpecification()));
    }

    @Test
    void what_is_known_of_registered_tools_stays() {
        ToolBindings bindings = new ToolBindings(
                ToolCallExecutor.builder()
                        .effects("own", Effects.reads("shelf"))
                        .build(),
                McpTrust.NONE);
        bindings.register(tool("own", request -> "ran").toolSpecification(), NewTools.ONE_FOR_ALL);
        WeakReference<?> known = new WeakReference<>(bindings.known("own"));
        WeakReference<?> collected = new WeakReference<>(new Object());

        Garbage.awaitCollection(() -> collected.refersTo(null));

        assertThat(bindings.known("own")).isNotNull().isSameAs(known.get());
    }

    @Test
    void tools_made_anew_share_what_was_learnt_while_those_before_are_there() {
        ToolBindings bindings = new ToolBindings(ToolCallExecutor.builder().build(), McpTrust.NONE);
        List<AiServiceTool> made = List.of(tool("same", request -> "1"), tool("same", request -> "2"));

        assertThat(made.stream()
                        .map(tool -> bindings.binding(tool.name(), tool.toolExecutor(), tool.toolSpecification()))
                        .distinct())
                .hasSize(1);
    }
}
