package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.Agents.lookingUp;
import static dev.interlock.langchain4j.Agents.topic;
import static dev.interlock.langchain4j.ScriptedChatModel.DONE;
import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.Pure;
import dev.interlock.effect.Undeclared;
import dev.interlock.langchain4j.Agents.MeetingTools;
import dev.interlock.langchain4j.Agents.Researcher;
import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.agentic.AgenticServices;
import dev.langchain4j.agentic.UntypedAgent;
import dev.langchain4j.agentic.scope.AgenticScope;
import dev.langchain4j.agentic.scope.ResultWithAgenticScope;
import dev.langchain4j.invocation.LangChain4jManaged;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tools that call agents: which agentic scope these find, and what they leave behind on the thread. */
@Timeout(60)
class AgentsAsToolsTest {

    /** A tool that asks an agent, and one that tells the scope of its thread. */
    static final class DelegatingTools {
        private final Supplier<String> delegate;
        private final List<AgenticScope> afterwards = new CopyOnWriteArrayList<>();

        DelegatingTools(Supplier<String> delegate) {
            this.delegate = delegate;
        }

        @Tool
        String delegate(@P(name = "to", value = "whom") String to) {
            return to + ": " + delegate.get();
        }

        @Tool
        @Pure
        String delegateFreely(@P(name = "to", value = "whom") String to) {
            return delegate(to);
        }

        @Tool
        String scope() {
            AgenticScope scope = LangChain4jManaged.current(AgenticScope.class);
            if (scope != null) {
                afterwards.add(scope);
            }
            return String.valueOf(scope != null);
        }
    }

    private static UntypedAgent systemOf(ParallelTools parallel, ScriptedChatModel model, Object tools) {
        return AgenticServices.sequenceBuilder()
                .subAgents(ParallelAgentBuilder.of(parallel, Researcher.class)
                        .chatModel(model)
                        .tools(tools)
                        .build())
                .outputKey("findings")
                .build();
    }

    private static Researcher agent(ParallelTools parallel, ScriptedChatModel model, Object tools) {
        return ParallelAgentBuilder.of(parallel, Researcher.class)
                .chatModel(model)
                .tools(tools)
                .build();
    }

    @Test
    void agents_that_two_calls_ask_at_the_same_time_are_in_the_scope_of_the_asking_agent() {
        Rounds rounds = new Rounds();
        ParallelTools parallel = ParallelTools.builder().listener(rounds).build();
        MeetingTools inner = new MeetingTools(4); // two calls of each of two agents
        ScriptedChatModel model = ScriptedChatModel.asking(
                call("1", "delegateFreely", "{\"to\": \"x\"}"), call("2", "delegateFreely", "{\"to\": \"y\"}"));
        UntypedAgent system = systemOf(
                parallel,
                model,
                new DelegatingTools(
                        () -> agent(parallel, lookingUp("a", "b"), inner).research("interlocks")));

        ResultWithAgenticScope<String> result = system.invokeWithAgenticScope(topic());

        assertThat(model.resultTexts()).containsExactly("x: " + DONE, "y: " + DONE);
        assertThat(inner.words()).containsExactly("a", "a", "b", "b");
        assertThat(inner.scopes()).hasSize(8).containsOnly(result.agenticScope());
        assertThat(rounds.reports()).hasSize(3);
    }

    @ParameterizedTest
    @EnumSource(Undeclared.class)
    void system_with_a_scope_of_its_own_does_not_take_away_the_scope_of_the_calls_around_it(Undeclared undeclared) {
        ParallelTools parallel =
                ParallelTools.builder().maxConcurrency(1).undeclared(undeclared).build();
        MeetingTools inner = new MeetingTools(1);
        ScriptedChatModel model = ScriptedChatModel.asking(
                call("1", "scope", "{}"), call("2", "delegate", "{\"to\": \"system\"}"), call("3", "scope", "{}"));
        DelegatingTools tools = new DelegatingTools(() -> systemOf(parallel, lookingUp("a"), inner)
                .invokeWithAgenticScope(topic())
                .result());
        UntypedAgent system = systemOf(parallel, model, tools);

        ResultWithAgenticScope<String> result = system.invokeWithAgenticScope(topic());

        // On plain LangChain4j the third call finds none: the inner system takes the thread's away when it ends.
        assertThat(model.resultTexts()).containsExactly("true", "system: " + DONE, "true");
        assertThat(tools.afterwards).hasSize(2).containsOnly(result.agenticScope());
        assertThat(inner.scopes()).hasSize(2).doesNotContain(result.agenticScope());
        assertThat(LangChain4jManaged.current()).isNull();
    }

    @Test
    void agent_outside_of_any_system_gives_its_tools_a_scope_and_leaves_none_behind() {
        ParallelTools parallel = ParallelTools.builder().build();
        MeetingTools tools = new MeetingTools(2);

        String answer = agent(parallel, lookingUp("a", "b"), tools).research("interlocks");

        assertThat(answer).isEqualTo(DONE);
        assertThat(tools.scopes())
                .hasSize(4)
                .doesNotContainNull()
                .containsOnly(tools.scopes().get(0));
        assertThat(LangChain4jManaged.current()).isNull();
    }

    /** Five agents, each a tool of the one above, two calls a level: 31 agents and 32 innermost calls. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, ParallelTools.UNLIMITED})
    void agents_nested_five_levels_deep_share_the_scope_of_the_system_at_any_cap(int cap) {
        ParallelTools parallel = ParallelTools.builder().maxConcurrency(cap).build();
        MeetingTools innermost = new MeetingTools(1);
        ScriptedChatModel outermost = ScriptedChatModel.asking(
                call("1", "delegateFreely", "{\"to\": \"x\"}"), call("2", "delegateFreely", "{\"to\": \"y\"}"));

        ResultWithAgenticScope<String> result = systemOf(
                        parallel, outermost, new DelegatingTools(() -> nested(parallel, innermost, 4)))
                .invokeWithAgenticScope(topic());

        assertThat(outermost.resultTexts()).containsExactly("x: " + DONE, "y: " + DONE);
        assertThat(innermost.seen()).hasSize(32);
        assertThat(innermost.scopes()).containsOnly(result.agenticScope());
    }

    private static String nested(ParallelTools parallel, MeetingTools innermost, int levels) {
        if (levels == 1) {
            return agent(parallel, lookingUp("a", "b"), innermost).research("interlocks");
        }
        ScriptedChatModel model = ScriptedChatModel.asking(
                call("1", "delegateFreely", "{\"to\": \"x\"}"), call("2", "delegateFreely", "{\"to\": \"y\"}"));
        return agent(parallel, model, new DelegatingTools(() -> nested(parallel, innermost, levels - 1)))
                .research("interlocks");
    }
}
