package dev.interlock.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.langchain4j.agent.tool.CompensateFor;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.mcp.McpToolExecutor;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.service.tool.DefaultToolExecutor;
import dev.langchain4j.service.tool.ToolService;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
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

    /** Two of the three types that its values have had. */
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
        assertThat(actions.get("book")).matches(action -> action instanceof Consumer || action instanceof BiConsumer);
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
