package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.interlock.langchain4j.ScriptedChatModel.calls;
import static dev.interlock.langchain4j.SuspendedFixture.LOOK;
import static dev.interlock.langchain4j.SuspendedFixture.PAY;
import static dev.interlock.langchain4j.SuspendedFixture.suspended;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.durable.Decision;
import dev.interlock.effect.Writes;
import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.ReturnBehavior;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolMemoryId;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.invocation.InvocationParameters;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.MemoryId;
import dev.langchain4j.service.Result;
import dev.langchain4j.service.UserMessage;
import dev.langchain4j.service.tool.ToolProvider;
import dev.langchain4j.service.tool.ToolProviderResult;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which tools a resumed invocation has, and what they get and give. */
@Timeout(60)
class SuspendedToolsTest {

    interface Clerk {
        String chat(@MemoryId String id, @UserMessage String message, InvocationParameters parameters);

        Result<String> result(@MemoryId String id, @UserMessage String message);
    }

    private final PayDesk.TextStore store = new PayDesk.TextStore();
    private final PayDesk desk = new PayDesk();

    private AiServices<Clerk> clerk(ParallelTools parallel, ScriptedChatModel model, Object... tools) {
        return parallel.aiServices(Clerk.class)
                .chatModel(model)
                .chatMemoryProvider(store::memory)
                .tools(tools);
    }

    private SuspendedInvocation suspendedWith(ParallelTools parallel, Object tools, ToolExecutionRequest... requests) {
        Clerk clerk = clerk(parallel, ScriptedChatModel.saying(calls(requests)), tools)
                .build();
        return suspended(() -> clerk.result("7", "go"));
    }

    static class Hidden {
        final List<String> log = new CopyOnWriteArrayList<>();

        @Tool
        @Writes("book")
        String sign(@P(name = "page") int page, @ToolMemoryId String id, InvocationParameters parameters) {
            log.add(page + " " + id + " " + parameters.get("user") + " " + parameters.get("level"));
            return "signed";
        }
    }

    @Test
    void tools_get_the_memory_id_and_the_parameters_that_were_kept() {
        Hidden hidden = new Hidden();
        Clerk first = clerk(
                        PayDesk.waiting().build(),
                        ScriptedChatModel.saying(calls(call("a", "sign", "{\"page\": 3}"))),
                        hidden)
                .build();
        SuspendedInvocation suspended =
                suspended(() -> first.chat("7", "go", InvocationParameters.from(Map.of("user", "ann", "level", 1))));
        ParallelTools second = PayDesk.waiting().build();
        Clerk again = clerk(second, ScriptedChatModel.saying(AiMessage.from("done")), hidden)
                .build();

        second.resume(
                suspended,
                Map.of(0, Decision.approved()),
                () -> again.chat("7", "go", InvocationParameters.from("level", 2)));

        // What the caller gives now comes before what was kept.
        assertThat(hidden.log).containsExactly("3 7 ann 2");
    }

    @Test
    void reference_to_a_pending_call_gets_its_result() {
        ParallelTools.Builder chaining = PayDesk.waiting().chaining(true);
        SuspendedInvocation suspended =
                suspendedWith(chaining.build(), desk, LOOK, PAY, call("c", "balance", "{\"id\": \"${2}, ${1}\"}"));
        assertThat(suspended.results().get(2).text()).contains("has not run yet: it waits for");
        ParallelTools second = chaining.build();
        Clerk clerk = clerk(second, ScriptedChatModel.saying(AiMessage.from("done")), desk)
                .build();

        second.resume(suspended, Map.of(1, Decision.approved()), () -> clerk.result("7", "go"));

        assertThat(desk.log).containsExactly("balance 1", "pay 2 30", "balance paid 30 to 2, 100 on 1");
    }

    static class Immediate {
        @Tool(returnBehavior = ReturnBehavior.IMMEDIATE)
        @Writes("door")
        String open() {
            return "open";
        }
    }

    @Test
    void immediate_result_ends_the_invocation_without_the_model() {
        SuspendedInvocation suspended =
                suspendedWith(PayDesk.waiting().build(), new Immediate(), call("a", "open", "{}"));
        ParallelTools second = PayDesk.waiting().build();
        ScriptedChatModel model = ScriptedChatModel.saying();
        Clerk clerk = clerk(second, model, new Immediate()).build();

        Result<String> result = second.resume(suspended, Map.of(0, Decision.approved()), () -> clerk.result("7", "go"));

        assertThat(result.content()).isNull();
        assertThat(result.finishReason()).isEqualTo(FinishReason.TOOL_EXECUTION);
        assertThat(result.toolExecutions().getFirst().result()).isEqualTo("open");
        assertThat(model.requests()).isEmpty();
        assertThat(Memory.resultTexts(store.memory("7"))).containsExactly("open");
    }

    @Test
    void tool_that_is_gone_gives_its_call_an_error_and_the_model_goes_on() {
        SuspendedInvocation suspended = suspendedWith(PayDesk.waiting().build(), desk, LOOK, PAY);
        ParallelTools second = PayDesk.waiting().build();
        ScriptedChatModel model = ScriptedChatModel.saying(AiMessage.from("done"));
        Clerk clerk = clerk(second, model, new Hidden()).build();

        second.resume(suspended, Map.of(1, Decision.approved()), () -> clerk.result("7", "go"));

        assertThat(model.resultTexts())
                .containsExactly("100 on 1", "tool 'pay' was not run: there is no such tool any more");
        assertThat(desk.log).containsExactly("balance 1");
    }

    @Test
    void tools_of_providers_are_asked_for_again() {
        AtomicBoolean there = new AtomicBoolean(true);
        ToolProvider provider = request -> there.get()
                ? ToolProviderResult.builder()
                        .addAll(Map.of(
                                ToolSpecification.builder().name("charge").build(), (call, id) -> "charged in " + id))
                        .build()
                : ToolProviderResult.builder().build();
        SuspendedInvocation suspended = suspended(() -> clerk(
                        PayDesk.waiting().build(),
                        ScriptedChatModel.saying(calls(call("a", "charge", "{}"), call("b", "charge", "{}"))))
                .toolProvider(provider)
                .build()
                .result("7", "go"));
        ParallelTools second = PayDesk.waiting().build();
        Clerk clerk =
                clerk(second, ScriptedChatModel.saying()).toolProvider(provider).build();
        SuspendedInvocation again = suspended(
                () -> second.resume(suspended, Map.of("a", Decision.approved()), () -> clerk.result("7", "go")));
        there.set(false);
        ParallelTools third = PayDesk.waiting().build();
        Clerk last = clerk(third, ScriptedChatModel.saying(AiMessage.from("done")))
                .toolProvider(provider)
                .build();

        third.resume(again, Map.of("b", Decision.approved()), () -> last.result("7", "go"));

        assertThat(Memory.resultTexts(store.memory("7")))
                .containsExactly("charged in 7", "tool 'charge' was not run: there is no such tool any more");
    }
}
