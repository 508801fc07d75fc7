package dev.interlock.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.langchain4j.agent.tool.CompensateFor;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.mcp.McpToolExecutor;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.model.chat.ChatRequestOptions;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.service.AiServiceContext;
import dev.langchain4j.service.memory.ChatMemoryService;
import dev.langchain4j.service.tool.DefaultToolExecutor;
import dev.langchain4j.service.tool.ToolService;
import dev.langchain4j.service.tool.ToolServiceContext;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the compiler does not find when LangChain4j changes: names and private fields. See
 * docs/adr/0007-internal-touch-points.md, which says what each is for; a test that fails says which feature falls away.
 */
class InternalTouchPointsTest {

    @Test
    void tools_of_mcp_servers_are_told_by_the_package_of_their_executor() {
        assertThat(McpToolExecutor.class.getName()).startsWith("dev.langchain4j.mcp.");
    }

    static class Base {
        String run() {
            return "done";
        }
    }

    static final class Derived extends Base {}

    @Test
    void object_behind_an_annotated_tool_is_found() throws NoSuchMethodException {
        Method method = Base.class.getDeclaredMethod("run");

        assertThat(ToolObject.classOf(new DefaultToolExecutor(new Derived(), method)))
                .isEqualTo(Derived.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "invocationContext",
                "toolServiceContext",
                "beforeToolExecutionHandler",
                "toolExecutionHandler",
                "toolCallingRoundTripsLeft",
                "temporaryMemory"
            })
    void handler_of_streamed_responses_has_the_field(String field) throws ClassNotFoundException {
        Class<?> handler = Class.forName("dev.langchain4j.service.AiServiceStreamingResponseHandler");

        assertThat(StreamingChatResponseHandler.class).isAssignableFrom(handler);
        assertThatCode(() -> handler.getDeclaredField(field)).doesNotThrowAnyException();
    }

    /** Three types that its values have had. */
    @Test
    void compensating_actions_are_kept_by_the_name_of_the_tool() throws ReflectiveOperationException {
        ToolService service = new ToolService();
        AtomicReference<String> cancelled = new AtomicReference<>();
        Collection<Object> tools = List.of(new BookingTools(cancelled));
        service.tools(tools);

        Field field = ToolService.class.getDeclaredField("compensatingExecutors");
        field.setAccessible(true);
        Map<?, ?> actions = (Map<?, ?>) field.get(service);

        assertThat(actions).hasSize(1);
        assertThat(actions.get("book"))
                .matches(action ->
                        action instanceof Consumer || action instanceof BiConsumer || action instanceof BiFunction);
    }

    /**
     * LangChain4j from 1.20 on calls them. If a descriptor differs in one type, LangChain4j silently does not call the
     * method.
     */
    @Test
    void each_way_to_a_memory_leads_through_the_resumable_ones() {
        List<Method> ways = Stream.of(ChatMemoryService.class.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()))
                .toList();

        assertThat(ways)
                .isNotEmpty()
                .allSatisfy(way -> assertThatCode(
                                () -> ResumableMemories.class.getDeclaredMethod(way.getName(), way.getParameterTypes()))
                        .doesNotThrowAnyException());
    }

    @Test
    void methods_of_newer_versions_are_overridden_by_name_and_descriptor() throws NoSuchMethodException {
        assertThat(InterlockToolService.class
                        .getMethod(
                                "executeInferenceAndToolsLoopAsync",
                                AiServiceContext.class,
                                Object.class,
                                ChatResponse.class,
                                ChatRequestParameters.class,
                                List.class,
                                ChatMemory.class,
                                InvocationContext.class,
                                ToolServiceContext.class,
                                CompletableFuture.class,
                                Function.class)
                        .getReturnType())
                .isEqualTo(CompletableFuture.class);
        assertThat(InterlockToolService.class
                        .getMethod(
                                "startTool",
                                ToolExecutionRequest.class,
                                Map.class,
                                InvocationContext.class,
                                Consumer.class,
                                Consumer.class,
                                Executor.class)
                        .getReturnType())
                .isEqualTo(CompletableFuture.class);
        assertThat(InterlockToolService.class.getMethod("effectiveToolExecutor").getReturnType())
                .isEqualTo(Executor.class);
        for (String name : List.of("chat", "doChat")) {
            assertThat(InterlockStreamingModel.class
                            .getMethod(name, ChatRequest.class)
                            .getReturnType())
                    .isEqualTo(Flow.Publisher.class);
        }
        for (String name : List.of("chatAsync", "doChatAsync")) {
            assertThat(InterlockChatModel.class
                            .getMethod(name, ChatRequest.class)
                            .getReturnType())
                    .isEqualTo(CompletableFuture.class);
        }
        assertThat(InterlockChatModel.class
                        .getMethod("chatAsync", ChatRequest.class, ChatRequestOptions.class)
                        .getReturnType())
                .isEqualTo(CompletableFuture.class);
    }

    static final class BookingTools {
        private final AtomicReference<String> cancelled;

        BookingTools(AtomicReference<String> cancelled) {
            this.cancelled = cancelled;
        }

        @Tool
        String book(String room) {
            return room;
        }

        @CompensateFor("book")
        void cancel(String room) {
            cancelled.set(room);
        }
    }
}
