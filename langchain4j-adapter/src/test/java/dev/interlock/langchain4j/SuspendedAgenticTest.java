package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.interlock.langchain4j.ScriptedChatModel.calls;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.interlock.durable.Decision;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agentic.Agent;
import dev.langchain4j.agentic.AgenticServices;
import dev.langchain4j.agentic.UntypedAgent;
import dev.langchain4j.agentic.agent.AgentInvocationException;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.service.MemoryId;
import dev.langchain4j.service.UserMessage;
import dev.langchain4j.service.V;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Agents of LangChain4j's agentic module whose rounds are suspended. */
@Timeout(60)
class SuspendedAgenticTest {

    private static final ToolExecutionRequest LOOK = call("a", "balance", "{\"id\": \"1\"}");
    private static final ToolExecutionRequest PAY = call("b", "pay", "{\"to\": \"2\", \"amount\": 30}");
    private static final Map<Integer, Decision> APPROVED = Map.of(1, Decision.approved());

    private final PayDesk desk = new PayDesk();
    private final ChatMemory memory = Memory.ofManyMessages();
    private final ParallelTools parallel = PayDesk.waiting().build();

    /** Pays; public, since LangChain4j calls it by reflection. */
    public interface Clerk {
        @UserMessage("Pay {{findings}}")
        @Agent(description = "pays", outputKey = "receipt")
        String pay(@V("findings") String findings);
    }

    private final ScriptedChatModel research =
            ScriptedChatModel.saying(AiMessage.from("30 to 2"), AiMessage.from("30 to 2"));

    private Agents.Researcher researcher() {
        return ParallelAgentBuilder.of(parallel, Agents.Researcher.class)
                .chatModel(research)
                .build();
    }

    private Clerk clerk(AiMessage... script) {
        return ParallelAgentBuilder.of(parallel, Clerk.class)
                .chatModel(ScriptedChatModel.saying(script))
                .chatMemory(memory)
                .tools(desk)
                .build();
    }

    private static SuspendedInvocation suspended(Throwable left) {
        InvocationSuspendedException found = InvocationSuspendedException.in(left);
        return SuspendedInvocation.fromJson(
                Objects.requireNonNull(found, String.valueOf(left)).suspended().toJson());
    }

    @Test
    void agent_of_its_own_is_suspended_and_resumed_as_any_service() {
        Clerk clerk = clerk(calls(LOOK, PAY), AiMessage.from("paid"));
        Throwable left = catchThrowable(() -> clerk.pay("30 to 2"));

        SuspendedInvocation suspended = suspended(left);
        assertThat(Memory.resultTexts(memory)).hasSize(2).element(0).isEqualTo("100 on 1");
        assertThat(parallel.resume(suspended, APPROVED, () -> clerk.pay("30 to 2")))
                .isEqualTo("paid");
        assertThat(Memory.resultTexts(memory)).containsExactly("100 on 1", "paid 30 to 2");
        assertThat(desk.log).containsExactly("balance 1", "pay 2 30");
    }

    @Test
    void agent_of_a_sequence_is_resumed_when_the_sequence_is_run_again_and_those_before_it_run_again() {
        UntypedAgent sequence = AgenticServices.sequenceBuilder()
                .subAgents(researcher(), clerk(calls(LOOK, PAY), AiMessage.from("paid")))
                .outputKey("receipt")
                .build();
        Throwable left = catchThrowable(() -> sequence.invoke(Map.of("topic", "bills")));

        assertThat(left).isInstanceOf(AgentInvocationException.class);
        SuspendedInvocation suspended = suspended(left);
        assertThat(parallel.<Object>resume(suspended, APPROVED, () -> sequence.invoke(Map.of("topic", "bills"))))
                .isEqualTo("paid");
        assertThat(desk.log).containsExactly("balance 1", "pay 2 30");
        assertThat(Memory.resultTexts(memory)).containsExactly("100 on 1", "paid 30 to 2");
        assertThat(research.requests()).hasSize(2);
    }

    /** Its scope is kept under the id; public, since LangChain4j calls it by reflection. */
    public interface Office {
        @Agent(outputKey = "receipt")
        String run(@MemoryId String id, @V("topic") String topic);
    }

    @Test
    void sequence_whose_scope_is_kept_does_not_run_the_agents_before_again() {
        Office office = AgenticServices.sequenceBuilder(Office.class)
                .subAgents(researcher(), clerk(calls(LOOK, PAY), AiMessage.from("paid")))
                .outputKey("receipt")
                .build();
        SuspendedInvocation suspended = suspended(catchThrowable(() -> office.run("7", "bills")));

        assertThat(parallel.resume(suspended, APPROVED, () -> office.run("7", "bills")))
                .isEqualTo("paid");
        assertThat(desk.log).containsExactly("balance 1", "pay 2 30");
        assertThat(research.requests()).hasSize(1);
    }

    @Test
    void agent_that_runs_on_another_thread_is_not_resumed_there() {
        UntypedAgent both = AgenticServices.parallelBuilder()
                .subAgents(researcher(), clerk(calls(LOOK, PAY), AiMessage.from("anew")))
                .executor(Executors.newVirtualThreadPerTaskExecutor())
                .outputKey("receipt")
                .build();
        Map<String, Object> input = Map.of("topic", "bills", "findings", "30 to 2");
        SuspendedInvocation suspended = suspended(catchThrowable(() -> both.invoke(input)));

        assertThatThrownBy(() -> parallel.resume(suspended, APPROVED, () -> both.invoke(input)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("was not resumed");
        assertThat(desk.log).containsExactly("balance 1");
        assertThat(parallel.resume(suspended, APPROVED, parallel.tools(desk)))
                .extracting(result -> result.text())
                .containsExactly("100 on 1", "paid 30 to 2");
    }
}
