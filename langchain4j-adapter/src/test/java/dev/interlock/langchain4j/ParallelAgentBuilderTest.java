package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.Agents.lookingUp;
import static dev.interlock.langchain4j.Agents.topic;
import static dev.interlock.langchain4j.CodedTool.tool;
import static dev.interlock.langchain4j.ScriptedChatModel.DONE;
import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.langchain4j.Agents.MeetingTools;
import dev.interlock.langchain4j.Agents.Researcher;
import dev.interlock.langchain4j.Agents.Writer;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.agentic.AgenticServices;
import dev.langchain4j.agentic.UntypedAgent;
import dev.langchain4j.agentic.agent.AgentBuilder;
import dev.langchain4j.agentic.scope.ResultWithAgenticScope;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.service.tool.AiServiceTool;
import dev.langchain4j.service.tool.ToolErrorHandlerResult;
import dev.langchain4j.service.tool.ToolExecutor;
import dev.langchain4j.service.tool.ToolProvider;
import dev.langchain4j.service.tool.ToolProviderResult;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Agents that get their {@link ParallelTools} through the builder: nothing is installed globally here. */
@Timeout(60)
class ParallelAgentBuilderTest {

    private final Rounds rounds = new Rounds();
    private final ParallelTools parallel =
            ParallelTools.builder().listener(rounds).build();

    private ParallelAgentBuilder<Researcher> researcher(ScriptedChatModel model) {
        return ParallelAgentBuilder.of(parallel, Researcher.class).chatModel(model);
    }

    private static Map<ToolSpecification, ToolExecutor> mapOf(AiServiceTool tool) {
        return Map.of(tool.toolSpecification(), tool.toolExecutor());
    }

    @Test
    void langchain4js_own_builder_uses_no_engine_that_is_not_installed() {
        ScriptedChatModel model = ScriptedChatModel.asking(call("1", "echo", "{}"));

        AgenticServices.agentBuilder(Researcher.class)
                .chatModel(model)
                .tools(mapOf(tool("echo", request -> "heard")))
                .build()
                .research("interlocks");

        assertThat(model.resultTexts()).containsExactly("heard");
        assertThat(rounds.reports()).isEmpty();
    }

    @Test
    void annotated_tools_run_in_parallel_and_in_order() {
        ScriptedChatModel model = lookingUp("a", "b", "c");

        String answer = researcher(model).tools(new MeetingTools(3)).build().research("interlocks");

        assertThat(answer).isEqualTo(DONE);
        assertThat(model.resultTexts()).containsExactly("<a>", "<b>", "<c>");
        assertThat(rounds.reports()).hasSize(1);
    }

    @Test
    void two_agents_of_one_system_with_an_instance_each() {
        Rounds others = new Rounds();
        ParallelTools other = ParallelTools.builder().listener(others).build();
        UntypedAgent sequence = AgenticServices.sequenceBuilder()
                .subAgents(
                        researcher(lookingUp("a", "b"))
                                .tools(new MeetingTools(2))
                                .build(),
                        ParallelAgentBuilder.of(other, Writer.class)
                                .chatModel(lookingUp("c", "d"))
                                .tools(new MeetingTools(2))
                                .build())
                .outputKey("text")
                .build();

        assertThat(sequence.invoke(topic())).isEqualTo(DONE);
        assertThat(rounds.reports()).hasSize(1);
        assertThat(others.reports()).hasSize(1);
    }

    @Test
    void agent_that_langchain4j_builds_anew_for_each_scope() {
        MeetingTools tools = new MeetingTools(2);
        ScriptedChatModel model = lookingUp("a", "b");
        UntypedAgent sequence = AgenticServices.sequenceBuilder()
                .subAgents(researcher(model)
                        .tools(tools)
                        .context(scope -> "what was said before")
                        .build())
                .outputKey("findings")
                .build();

        ResultWithAgenticScope<String> result = sequence.invokeWithAgenticScope(topic());

        assertThat(result.result()).isEqualTo(DONE);
        assertThat(model.requests().get(0).toString()).contains("what was said before");
        assertThat(tools.scopes()).hasSize(4).containsOnly(result.agenticScope());
        assertThat(rounds.reports()).hasSize(1);
    }

    @Test
    void coded_tools_of_which_the_last_map_counts() {
        ScriptedChatModel model = ScriptedChatModel.asking(call("1", "echo", "{}"));

        researcher(model)
                .tools(mapOf(tool("echo", request -> "first")))
                .tools(mapOf(tool("echo", request -> "second")))
                .build()
                .research("interlocks");

        assertThat(model.resultTexts()).containsExactly("second");
        assertThat(rounds.reports()).hasSize(1);
    }

    @Test
    void immediate_return() {
        ScriptedChatModel model = ScriptedChatModel.saying(AiMessage.from(call("1", "echo", "{}")));

        researcher(model)
                .tools(mapOf(tool("echo", request -> "heard")), Set.of("echo"))
                .build()
                .research("interlocks");

        assertThat(model.requests()).hasSize(1);
        assertThat(rounds.reports()).hasSize(1);
    }

    @Test
    void all_tool_providers_count() {
        ScriptedChatModel model =
                ScriptedChatModel.asking(call("1", "a", "{}"), call("2", "b", "{}"), call("3", "c", "{}"));

        researcher(model)
                .toolProvider(providing("a"))
                .toolProviders(providing("b"))
                .toolProviders(List.of(providing("c")))
                .build()
                .research("interlocks");

        assertThat(model.resultTexts()).containsExactly("A", "B", "C");
        assertThat(rounds.reports()).hasSize(1);
    }

    private static ToolProvider providing(String name) {
        AiServiceTool tool = tool(name, request -> name.toUpperCase(Locale.ROOT));
        return request -> ToolProviderResult.builder()
                .add(tool.toolSpecification(), tool.toolExecutor())
                .build();
    }

    @Test
    void error_handlers_and_the_strategy_for_unknown_tools() {
        ScriptedChatModel model = ScriptedChatModel.asking(
                call("1", "fail", "{}"), call("2", "misspelt", "{}"), call("3", "lookUp", "no JSON"));

        researcher(model)
                .tools(new MeetingTools(1))
                .tools(mapOf(tool("fail", request -> {
                    throw new IllegalStateException("broken");
                })))
                .toolExecutionErrorHandler((error, context) -> ToolErrorHandlerResult.text("handled: " + error))
                .toolArgumentsErrorHandler((error, context) -> ToolErrorHandlerResult.text("bad arguments"))
                .hallucinatedToolNameStrategy(request -> ToolExecutionResultMessage.from(request, "no such tool"))
                .build()
                .research("interlocks");

        assertThat(model.resultTexts().get(0)).startsWith("handled: ").contains("broken");
        assertThat(model.resultTexts().subList(1, 3)).containsExactly("no such tool", "bad arguments");
    }

    @Test
    void limit_of_round_trips() {
        ScriptedChatModel model = ScriptedChatModel.saying(
                AiMessage.from(call("1", "echo", "{}")), AiMessage.from(call("2", "echo", "{}")));
        Researcher agent = researcher(model)
                .tools(mapOf(tool("echo", request -> "heard")))
                .maxToolCallingRoundTrips(1)
                .build();

        assertThatThrownBy(() -> agent.research("interlocks"))
                .hasStackTraceContaining("exceeded 1 tool calling round trips");
    }

    @Test
    void users_executor_carries_the_calls() {
        List<Runnable> carried = new CopyOnWriteArrayList<>();
        Executor executor = task -> {
            carried.add(task);
            Thread.ofVirtual().start(task);
        };

        researcher(lookingUp("a", "b"))
                .tools(new MeetingTools(2))
                .executeToolsConcurrently(executor)
                .build()
                .research("interlocks");

        assertThat(carried).isNotEmpty();
        assertThat(rounds.reports()).hasSize(1);
    }

    /** A setting that LangChain4j adds and that concerns tools would be lost. */
    @Test
    void every_setting_about_tools_is_kept() {
        Set<String> known = Set.of(
                "tools",
                "toolProvider",
                "toolProviders",
                "maxToolCallingRoundTrips",
                "maxSequentialToolsInvocations", // calls the one before
                "hallucinatedToolNameStrategy",
                "executeToolsConcurrently",
                "toolArgumentsErrorHandler",
                "toolExecutionErrorHandler");

        assertThat(Arrays.stream(AgentBuilder.class.getMethods())
                        .map(Method::getName)
                        .filter(name -> name.toLowerCase(Locale.ROOT).contains("tool"))
                        .collect(Collectors.toSet()))
                .isEqualTo(known);
    }
}
