package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.ToolCall;
import dev.interlock.call.ToolPolicy;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.service.AiServiceContext;
import dev.langchain4j.service.AiServices;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is undone is what was run, with the arguments that the tool got, and not what the model wrote. */
@Timeout(60)
class UndoneAsRunTest {

    private static final ToolExecutionRequest PAY = call("3", "pay", "{}");

    private final TravelTools tools = new TravelTools();

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void what_an_interceptor_has_changed(boolean streamed) {
        ParallelTools parallel = ParallelTools.builder()
                .interceptor(intercepted -> intercepted.call().tool().equals("book")
                        ? intercepted.proceed(ToolCall.parse(
                                intercepted.call().id(), intercepted.call().tool(), "{\"what\": \"hostel\"}"))
                        : intercepted.proceed())
                .build();

        assertThat(tools.chat(parallel, streamed, null, call("2", "book", "{\"what\": \"palace\"}"), PAY))
                .isEqualTo("sorry");

        assertThat(tools.log).containsExactly("book hostel", "unbook hostel");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void what_a_reference_stood_for(boolean streamed) {
        ParallelTools parallel = ParallelTools.builder()
                .chaining(true)
                .policy("book", ToolPolicy.builder().references(true).build())
                .build();

        assertThat(tools.chat(
                        parallel,
                        streamed,
                        null,
                        call("1", "find", "{\"city\": \"Rome\"}"),
                        call("2", "book", "{\"what\": \"${1}\"}"),
                        PAY))
                .isEqualTo("sorry");

        assertThat(tools.log).containsExactly("book hotel in Rome", "unbook hotel in Rome");
    }

    /** LangChain4j has that hook from 1.19 on. */
    @Test
    @Tag("compensable-hook")
    void what_is_undone_later_by_the_users_code() {
        List<Runnable> undo = new CopyOnWriteArrayList<>();
        AiServiceContext context = ParallelTools.builder()
                .interceptor(intercepted -> intercepted.proceed(ToolCall.parse(
                        intercepted.call().id(), intercepted.call().tool(), "{\"what\": \"hostel\"}")))
                .build()
                .aiServiceContext(Assistant.class);
        context.toolService.onCompensableToolExecution((execution, action) -> undo.add(() -> action.accept(execution)));
        AiServices.<Assistant>builder(context)
                .chatModel(ScriptedChatModel.asking(call("2", "book", "{\"what\": \"palace\"}")))
                .tools(tools)
                .build()
                .chat("go");

        undo.forEach(Runnable::run);

        assertThat(tools.log).containsExactly("book hostel", "unbook hostel");
    }
}
