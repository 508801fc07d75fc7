package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.Pure;
import dev.interlock.effect.Reads;
import dev.interlock.effect.Undeclared;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.service.AiServices;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whether a tool finds the caller's thread-locals must not depend on how fast it was of late, nor on its siblings. */
@Timeout(60)
class Hazard29ThreadLocalsTest {

    private static final String NOT_THERE = "null";

    /** Enough for a tool to be known as brief. */
    private static final int OFTEN = 400;

    private static final ThreadLocal<@Nullable String> TENANT = new InheritableThreadLocal<>();

    /** What its tools return is what they find. */
    static class Tools {

        @Tool
        String frobnicate() {
            return String.valueOf(TENANT.get());
        }

        @Tool
        @Reads("ledger")
        String ledger() {
            return String.valueOf(TENANT.get());
        }

        /** Inferred to only read. */
        @Tool
        String getBalance() {
            return String.valueOf(TENANT.get());
        }

        @Tool
        @Pure
        String add() {
            return "3";
        }
    }

    private static final ToolExecutionRequest UNDECLARED = call("1", "frobnicate", "{}");
    private static final ToolExecutionRequest DECLARED = call("2", "ledger", "{}");
    private static final ToolExecutionRequest INFERRED = call("3", "getBalance", "{}");
    private static final ToolExecutionRequest PURE = call("4", "add", "{}");

    @BeforeEach
    void set() {
        TENANT.set("acme");
    }

    @AfterEach
    void clear() {
        TENANT.remove();
    }

    private static List<String> told(AiServices<Assistant> services, ToolExecutionRequest... requests) {
        ScriptedChatModel model = ScriptedChatModel.asking(requests);
        services.chatModel(model).tools(new Tools()).build().chat("go");
        return model.resultTexts();
    }

    /** What is found in many rounds of one service, so that it comes to know how long its tools take. */
    private static Set<List<String>> foundOften(ParallelTools parallel, ToolExecutionRequest... requests) {
        ScriptedChatModel model = ScriptedChatModel.saying();
        Assistant assistant = parallel.aiServices(Assistant.class)
                .chatModel(model)
                .tools(new Tools())
                .build();
        Set<List<String>> found = new HashSet<>();
        for (int i = 0; i < OFTEN; i++) {
            model.then(ScriptedChatModel.calls(requests), AiMessage.from("done"));
            assistant.chat("go");
            found.add(model.resultTexts());
        }
        return found;
    }

    @Test
    void plain_langchain4j_has_them_always_or_never() {
        assertThat(told(AiServices.builder(Assistant.class), UNDECLARED, DECLARED, INFERRED))
                .containsExactly("acme", "acme", "acme");
    }

    @Test
    void a_tool_has_them_always_or_never() {
        ParallelTools parallel = ParallelTools.builder().build();

        assertThat(foundOften(parallel, DECLARED)).containsExactly(List.of(NOT_THERE));
        assertThat(foundOften(parallel, DECLARED, INFERRED)).containsExactly(List.of(NOT_THERE, NOT_THERE));
        assertThat(foundOften(parallel, UNDECLARED, UNDECLARED)).containsExactly(List.of("acme", "acme"));
        assertThat(foundOften(parallel, PURE, PURE, UNDECLARED, INFERRED, UNDECLARED, DECLARED, PURE))
                .containsExactly(List.of("3", "3", "acme", NOT_THERE, "acme", NOT_THERE, "3"));
    }

    @Test
    void where_only_one_call_may_run_it_is_the_same() {
        ParallelTools one = ParallelTools.builder().maxConcurrency(1).build();

        assertThat(foundOften(one, DECLARED, UNDECLARED, INFERRED, UNDECLARED))
                .containsExactly(List.of(NOT_THERE, "acme", NOT_THERE, "acme"));
    }

    @Test
    void undeclared_tools_that_may_overlap_have_them_never() {
        ParallelTools overlapping =
                ParallelTools.builder().undeclared(Undeclared.PARALLEL).build();

        assertThat(foundOften(overlapping, UNDECLARED)).containsExactly(List.of(NOT_THERE));
        assertThat(foundOften(overlapping, UNDECLARED, UNDECLARED)).containsExactly(List.of(NOT_THERE, NOT_THERE));
    }

    @Test
    void the_tools_of_a_streamed_response_have_them_if_they_run_where_it_ends() throws InterruptedException {
        ScriptedStreamingModel model = ScriptedStreamingModel.replying(
                stream -> {
                    TENANT.set("stream");
                    ScriptedStreamingModel.asks(DECLARED, UNDECLARED, INFERRED, UNDECLARED)
                            .to(stream);
                },
                ScriptedStreamingModel.says("done"));
        StreamingAssistant assistant = ParallelTools.builder()
                .build()
                .aiServices(StreamingAssistant.class)
                .streamingChatModel(model)
                .tools(new Tools())
                .build();

        StreamedAnswer.to(assistant.chat("go")).text();

        assertThat(model.resultTexts()).containsExactly(NOT_THERE, "stream", NOT_THERE, "stream");
    }

    @Test
    void the_threads_of_a_task_inherit_none() throws Exception {
        ScriptedChatModel model = ScriptedChatModel.asking(UNDECLARED, DECLARED);
        try (TaskAgent agent =
                TaskAgent.builder().chatModel(model).tools(new Tools()).build()) {
            agent.executeAsync("go").get();
        }

        assertThat(model.resultTexts()).containsExactlyElementsOf(Collections.nCopies(2, NOT_THERE));
    }
}
