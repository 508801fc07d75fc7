package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.Agents.lookingUp;
import static dev.interlock.langchain4j.Agents.topic;
import static dev.interlock.langchain4j.ScriptedChatModel.DONE;
import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.effect.Pure;
import dev.interlock.langchain4j.Agents.Critic;
import dev.interlock.langchain4j.Agents.MeetingTools;
import dev.interlock.langchain4j.Agents.Researcher;
import dev.interlock.langchain4j.Agents.Writer;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.agentic.Agent;
import dev.langchain4j.agentic.AgenticServices;
import dev.langchain4j.agentic.UntypedAgent;
import dev.langchain4j.agentic.agent.AgentInvocationException;
import dev.langchain4j.agentic.declarative.ChatModelSupplier;
import dev.langchain4j.agentic.declarative.ToolsSupplier;
import dev.langchain4j.agentic.observability.AfterAgentToolExecution;
import dev.langchain4j.agentic.observability.AgentListener;
import dev.langchain4j.agentic.observability.BeforeAgentToolExecution;
import dev.langchain4j.agentic.scope.AgenticScope;
import dev.langchain4j.agentic.scope.ResultWithAgenticScope;
import dev.langchain4j.agentic.supervisor.SupervisorAgent;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.service.UserMessage;
import dev.langchain4j.service.V;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Agents of LangChain4j's agentic module, with {@link ParallelTools#installGlobally}. */
@Timeout(60)
class AgenticTest {

    private final Rounds rounds = new Rounds();
    private AutoCloseable installed;

    @BeforeEach
    void install() {
        installed = ParallelTools.installGlobally(
                ParallelTools.builder().listener(rounds).build());
    }

    @AfterEach
    void uninstall() throws Exception {
        installed.close();
    }

    private static Researcher researcher(ChatModel model, Object tools) {
        return AgenticServices.agentBuilder(Researcher.class)
                .chatModel(model)
                .tools(tools)
                .build();
    }

    @Test
    void agent_runs_the_calls_of_a_response_in_parallel_and_in_order() {
        MeetingTools tools = new MeetingTools(3);
        ScriptedChatModel model = lookingUp("a", "b", "c");

        String answer = researcher(model, tools).research("interlocks");

        assertThat(answer).isEqualTo(DONE);
        assertThat(model.resultTexts()).containsExactly("<a>", "<b>", "<c>");
        assertThat(rounds.reports())
                .singleElement()
                .satisfies(report -> assertThat(report.results()).hasSize(3));
    }

    /** Tells LangChain4j itself what it needs. */
    public interface DeclaredResearcher extends Researcher {
        @Override
        @UserMessage("Research {{topic}}")
        @Agent(description = "researches a topic", outputKey = "findings")
        String research(@V("topic") String topic);

        /** For LangChain4j. */
        @ChatModelSupplier
        static ChatModel chatModel() {
            return lookingUp("a", "b");
        }

        /** For LangChain4j. */
        @ToolsSupplier
        static Object tools() {
            return new MeetingTools(2);
        }
    }

    @Test
    void agent_that_is_built_from_annotations_alone() {
        DeclaredResearcher agent = AgenticServices.createAgenticSystem(DeclaredResearcher.class);

        assertThat(agent.research("interlocks")).isEqualTo(DONE);
        assertThat(rounds.reports()).hasSize(1);
    }

    @Test
    void untyped_agent() {
        MeetingTools tools = new MeetingTools(2);
        ScriptedChatModel model = lookingUp("a", "b");
        UntypedAgent agent = AgenticServices.agentBuilder()
                .chatModel(model)
                .tools(tools)
                .userMessage("go")
                .returnType(String.class)
                .build();

        assertThat(agent.invoke(topic())).isEqualTo(DONE);
        assertThat(model.resultTexts()).containsExactly("<a>", "<b>");
        assertThat(rounds.reports()).hasSize(1);
    }

    @Test
    void agents_in_a_sequence_keep_its_scope_on_the_threads_of_calls() {
        MeetingTools first = new MeetingTools(2);
        MeetingTools second = new MeetingTools(3);
        ScriptedChatModel writing = lookingUp("c", "d", "e");
        UntypedAgent sequence = AgenticServices.sequenceBuilder()
                .subAgents(
                        researcher(lookingUp("a", "b"), first),
                        AgenticServices.agentBuilder(Writer.class)
                                .chatModel(writing)
                                .tools(second)
                                .build())
                .outputKey("text")
                .build();

        ResultWithAgenticScope<String> result = sequence.invokeWithAgenticScope(topic());

        assertThat(result.result()).isEqualTo(DONE);
        assertThat(result.agenticScope().readState("findings")).isEqualTo(DONE);
        assertThat(writing.resultTexts()).containsExactly("<c>", "<d>", "<e>");
        assertThat(first.words()).containsExactly("a", "b");
        assertThat(second.words()).containsExactly("c", "d", "e");
        assertThat(first.scopes()).hasSize(4).containsOnly(result.agenticScope());
        assertThat(second.scopes()).hasSize(6).containsOnly(result.agenticScope());
        assertThat(rounds.reports()).hasSize(2);
    }

    @Test
    void agents_side_by_side_keep_their_scope_and_their_tools_overlap() {
        MeetingTools shared = new MeetingTools(4); // all calls of both agents at the same time
        UntypedAgent both = AgenticServices.parallelBuilder()
                .subAgents(
                        researcher(lookingUp("a", "b"), shared),
                        AgenticServices.agentBuilder(Critic.class)
                                .chatModel(lookingUp("c", "d"))
                                .tools(shared)
                                .build())
                .output(scope -> scope.readState("findings") + " and " + scope.readState("criticism"))
                .build();

        ResultWithAgenticScope<String> result = both.invokeWithAgenticScope(topic());

        assertThat(result.result()).isEqualTo(DONE + " and " + DONE);
        assertThat(shared.words()).containsExactly("a", "b", "c", "d");
        assertThat(shared.scopes()).hasSize(8).containsOnly(result.agenticScope());
        assertThat(rounds.reports()).hasSize(2);
    }

    @Test
    void two_runs_of_one_system_at_a_time_do_not_mix_their_scopes() throws Exception {
        MeetingTools shared = new MeetingTools(4);
        List<ResultWithAgenticScope<String>> results = new CopyOnWriteArrayList<>();
        Runnable run = () -> results.add(AgenticServices.sequenceBuilder()
                .subAgents(researcher(lookingUp("a", "b"), shared))
                .outputKey("findings")
                .build()
                .invokeWithAgenticScope(topic()));

        Caller one = Caller.of(Executors.callable(run));
        Caller other = Caller.of(Executors.callable(run));
        one.join();
        other.join();

        assertThat(results).hasSize(2);
        AgenticScope scope = results.get(0).agenticScope();
        AgenticScope otherScope = results.get(1).agenticScope();
        assertThat(scope).isNotSameAs(otherScope);
        assertThat(shared.seen())
                .allSatisfy(call -> assertThat(call.scopeOfThread()).isSameAs(call.scopeOfInvocation()));
        assertThat(shared.scopes()).hasSize(8).containsOnly(scope, otherScope);
        assertThat(shared.scopes()).filteredOn(scope::equals).hasSize(4);
    }

    @Test
    void supervisor_plans_and_its_agents_keep_its_scope() {
        MeetingTools tools = new MeetingTools(2);
        ScriptedChatModel planner = ScriptedChatModel.saying(
                AiMessage.from("{\"agentName\": \"research\", \"arguments\": {\"topic\": \"interlocks\"}}"),
                AiMessage.from("{\"agentName\": \"done\", \"arguments\": {\"response\": \"all is said\"}}"));
        SupervisorAgent supervisor = AgenticServices.supervisorBuilder()
                .chatModel(planner)
                .subAgents(researcher(lookingUp("a", "b"), tools))
                .build();

        ResultWithAgenticScope<String> result = supervisor.invokeWithAgenticScope("research interlocks");

        assertThat(result.result()).isEqualTo(DONE); // the last agent's answer
        assertThat(tools.words()).containsExactly("a", "b");
        assertThat(tools.scopes()).hasSize(4).containsOnly(result.agenticScope());
        assertThat(planner.requests()).hasSize(2);
        assertThat(rounds.reports()).hasSize(1);
    }

    @Test
    void agents_listener_and_that_of_the_system_around_it_hear_of_each_call_once() {
        MeetingTools tools = new MeetingTools(2);
        Heard own = new Heard(false);
        Heard inherited = new Heard(true);
        UntypedAgent sequence = AgenticServices.sequenceBuilder()
                .listener(inherited)
                .subAgents(AgenticServices.agentBuilder(Researcher.class)
                        .chatModel(lookingUp("a", "b"))
                        .tools(tools)
                        .listener(own)
                        .build())
                .outputKey("findings")
                .build();

        sequence.invoke(topic());

        for (Heard heard : List.of(own, inherited)) {
            assertThat(heard.before).containsExactlyInAnyOrder("id-a", "id-b");
            assertThat(heard.after).containsExactlyInAnyOrder("<a>", "<b>");
            assertThat(heard.scopes).hasSize(4).containsOnly(tools.scopes().get(0));
        }
    }

    private static final class Heard implements AgentListener {
        private final boolean inherited;
        private final List<String> before = new CopyOnWriteArrayList<>();
        private final List<String> after = new CopyOnWriteArrayList<>();
        private final List<AgenticScope> scopes = new CopyOnWriteArrayList<>();

        Heard(boolean inherited) {
            this.inherited = inherited;
        }

        @Override
        public void beforeAgentToolExecution(BeforeAgentToolExecution execution) {
            before.add(execution.toolExecution().request().id());
            scopes.add(execution.agenticScope());
        }

        @Override
        public void afterAgentToolExecution(AfterAgentToolExecution execution) {
            after.add(execution.toolExecution().result());
            scopes.add(execution.agenticScope());
        }

        @Override
        public boolean inheritedBySubagents() {
            return inherited;
        }
    }

    /** Hangs until it is told to stop. */
    static final class HangingTools {
        private final CountDownLatch hanging;

        HangingTools(int calls) {
            hanging = new CountDownLatch(calls);
        }

        @Tool
        @Pure
        String hang() throws InterruptedException {
            hanging.countDown();
            Waiting.forInterrupt();
            return "never";
        }
    }

    @Test
    void interrupt_of_who_called_a_system_reaches_the_tools_of_its_agents() throws Exception {
        HangingTools tools = new HangingTools(2);
        ScriptedChatModel model = ScriptedChatModel.asking(call("1", "hang", "{}"), call("2", "hang", "{}"));
        UntypedAgent sequence = AgenticServices.sequenceBuilder()
                .subAgents(researcher(model, tools))
                .outputKey("findings")
                .build();
        Caller caller = Caller.of(() -> sequence.invoke(topic()));
        Waiting.await(tools.hanging);

        caller.interrupt();

        caller.join();
        assertThat(caller.thrown())
                .isInstanceOf(AgentInvocationException.class)
                .hasRootCauseInstanceOf(InterruptedException.class);
        assertThat(caller.interruptFlag()).isTrue();
        assertThat(model.requests()).hasSize(1);
    }

    @Test
    void cancellation_is_the_cause_of_the_agents_exception() {
        ScriptedChatModel model = ScriptedChatModel.asking(call("1", "hang", "{}"));
        Researcher agent = researcher(model, new HangingTools(1));

        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> agent.research("interlocks"))
                .isInstanceOf(AgentInvocationException.class)
                .hasStackTraceContaining(CancellationException.class.getName());
        assertThat(Thread.interrupted()).isTrue();
    }
}
