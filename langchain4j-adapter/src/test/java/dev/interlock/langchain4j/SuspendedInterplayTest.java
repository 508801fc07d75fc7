package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.interlock.langchain4j.ScriptedChatModel.calls;
import static java.util.concurrent.CompletableFuture.completedFuture;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.interlock.durable.Approvals;
import dev.interlock.durable.CallPendingException;
import dev.interlock.durable.Decision;
import dev.interlock.durable.PendingKind;
import dev.interlock.durable.SuspendedCall;
import dev.interlock.effect.Writes;
import dev.interlock.event.RoundReport;
import dev.interlock.execution.Approval;
import dev.interlock.execution.ApprovalInterceptor;
import dev.interlock.execution.RoundGuard;
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
import dev.langchain4j.service.tool.ToolErrorHandlerResult;
import dev.langchain4j.service.tool.ToolProvider;
import dev.langchain4j.service.tool.ToolProviderResult;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What else an invocation has, when it is suspended and resumed. */
@Timeout(60)
class SuspendedInterplayTest {

    private static final ToolExecutionRequest LOOK = call("a", "balance", "{\"id\": \"1\"}");
    private static final ToolExecutionRequest PAY = call("b", "pay", "{\"to\": \"2\", \"amount\": 30}");

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

    private static SuspendedInvocation suspended(Runnable invocation) {
        return SuspendedInvocation.fromJson(catchThrowableOfType(InvocationSuspendedException.class, invocation::run)
                .suspended()
                .toJson());
    }

    private SuspendedInvocation suspended(ParallelTools parallel, Object tools, ToolExecutionRequest... requests) {
        Clerk clerk = clerk(parallel, ScriptedChatModel.saying(calls(requests)), tools)
                .build();
        return suspended(() -> clerk.result("7", "go"));
    }

    @Test
    void calls_before_count_for_the_limit_of_the_invocation() {
        ParallelTools.Builder limited = PayDesk.waiting().maxCallsPerInvocation(2);
        SuspendedInvocation suspended = suspended(limited.build(), desk, LOOK, PAY);
        ParallelTools second = limited.build();
        ScriptedChatModel model =
                ScriptedChatModel.saying(calls(call("c", "balance", "{\"id\": \"3\"}")), AiMessage.from("done"));
        Clerk clerk = clerk(second, model, desk).build();

        second.resume(suspended, Map.of(1, Decision.approved()), () -> clerk.result("7", "go"));

        assertThat(model.resultTexts().getLast()).contains("it is call 3, and the limit for one request is 2");
        assertThat(desk.log).containsExactly("balance 1", "pay 2 30");
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
                suspended(chaining.build(), desk, LOOK, PAY, call("c", "balance", "{\"id\": \"${2}, ${1}\"}"));
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
        SuspendedInvocation suspended = suspended(PayDesk.waiting().build(), new Immediate(), call("a", "open", "{}"));
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
        SuspendedInvocation suspended = suspended(PayDesk.waiting().build(), desk, LOOK, PAY);
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

    static class Printing {
        final List<String> log = new CopyOnWriteArrayList<>();

        @Tool
        @Writes("printer")
        String print(@P(name = "text") String text) {
            log.add(text);
            throw new CallPendingException("job 12 of the print shop");
        }
    }

    @Test
    void tool_that_began_a_job_elsewhere_is_given_its_result_and_no_handler_hears_of_a_failure() {
        Printing printing = new Printing();
        List<Throwable> handled = new CopyOnWriteArrayList<>();
        Clerk first = clerk(
                        ParallelTools.builder().build(),
                        ScriptedChatModel.saying(calls(call("a", "print", "{\"text\": \"x\"}"))),
                        printing)
                .toolExecutionErrorHandler((error, context) -> {
                    handled.add(error);
                    return ToolErrorHandlerResult.text("handled");
                })
                .build();
        SuspendedInvocation suspended = suspended(() -> first.result("7", "go"));
        assertThat(((SuspendedCall.Pending) suspended.round().calls().getFirst()).kind())
                .isEqualTo(PendingKind.EXTERNAL);
        assertThat(suspended.results().getFirst().text())
                .startsWith("tool 'print' was started and has no result yet: job 12 of the print shop.");
        ParallelTools second = ParallelTools.builder().build();
        ScriptedChatModel model = ScriptedChatModel.saying(AiMessage.from("done"));
        Clerk again = clerk(second, model, printing).build();

        second.resume(suspended, Map.of("a", Decision.completed("printed")), () -> again.result("7", "go"));

        assertThat(model.resultTexts()).containsExactly("printed");
        assertThat(printing.log).containsExactly("x");
        assertThat(handled).isEmpty();
    }

    @Test
    void round_that_is_confined_to_a_transaction_is_not_suspended() {
        ParallelTools guarded =
                PayDesk.waiting().roundGuard(calls -> RoundGuard.Where.ON_OWNER).build();
        ScriptedChatModel model = ScriptedChatModel.saying(calls(PAY), AiMessage.from("done"));

        assertThat(clerk(guarded, model, desk).build().result("7", "go").content())
                .isEqualTo("done");

        assertThat(desk.log).isEmpty();
        assertThat(model.results().getFirst().isError()).isTrue();
    }

    @Test
    void listener_hears_of_both_parts_of_the_round() {
        Rounds first = new Rounds();
        SuspendedInvocation suspended =
                suspended(PayDesk.waiting().listener(first).build(), desk, LOOK, PAY);
        Rounds second = new Rounds();
        ParallelTools parallel = PayDesk.waiting().listener(second).build();
        Clerk clerk = clerk(parallel, ScriptedChatModel.saying(AiMessage.from("done")), desk)
                .build();

        parallel.resume(suspended, Map.of(1, Decision.approved()), () -> clerk.result("7", "go"));

        assertThat(first.reports()).hasSize(1);
        assertThat(second.reports()).hasSize(1);
        RoundReport report = second.reports().getFirst();
        assertThat(report.results()).allMatch(result -> result.isSuccess());
        assertThat(report.results()).hasSize(2);
    }

    @Test
    void call_that_is_approved_for_good_is_not_asked_for_again() {
        SuspendedInvocation suspended = suspended(PayDesk.waiting().build(), desk, PAY);
        ParallelTools second = ParallelTools.builder()
                .interceptor(ApprovalInterceptor.builder(call -> completedFuture(Approval.pending("the owner")))
                        .approvals(Approvals.inMemory())
                        .build())
                .build();
        ScriptedChatModel model = ScriptedChatModel.saying(
                calls(call("c", "pay", "{\"amount\": 30.0, \"to\": \"2\"}")),
                calls(call("d", "pay", "{\"to\": \"2\", \"amount\": 31}")));
        Clerk clerk = clerk(second, model, desk).build();

        SuspendedInvocation other = suspended(
                () -> second.resume(suspended, Map.of(0, Decision.approvedAlways()), () -> clerk.result("7", "go")));

        assertThat(desk.log).containsExactly("pay 2 30", "pay 2 30");
        assertThat(other.message().toolExecutionRequests().getFirst().id()).isEqualTo("d");
    }

    @Test
    void resume_within_an_invocation_that_is_being_resumed_is_refused() {
        SuspendedInvocation suspended = suspended(PayDesk.waiting().build(), desk, PAY);
        ParallelTools second = PayDesk.waiting().build();
        Clerk clerk = clerk(second, ScriptedChatModel.saying(AiMessage.from("done")), desk)
                .build();

        second.resume(suspended, Map.of(0, Decision.approved()), () -> {
            assertThat(catchThrowableOfType(
                            IllegalStateException.class,
                            () -> second.resume(suspended, Map.of(0, Decision.approved()), second.tools(desk))))
                    .hasMessageContaining("is being resumed already");
            return clerk.result("7", "go");
        });

        assertThat(desk.log).containsExactly("pay 2 30");
    }
}
