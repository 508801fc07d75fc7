package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.interlock.langchain4j.ScriptedChatModel.calls;
import static java.util.concurrent.CompletableFuture.completedFuture;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.interlock.durable.Approvals;
import dev.interlock.durable.Decision;
import dev.interlock.effect.Reads;
import dev.interlock.effect.Writes;
import dev.interlock.event.RoundEvent;
import dev.interlock.event.RoundReport;
import dev.interlock.execution.Approval;
import dev.interlock.execution.ApprovalInterceptor;
import dev.interlock.plan.Dependency;
import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Each kind of approval from the model's request to its result, and what a call touches after a person has edited it.
 */
@Timeout(60)
class SuspendedEditTest {

    private static final String PAY_1 = "{\"to\": \"1\", \"amount\": 10}";
    private static final String PAY_2 = "{\"to\": \"2\", \"amount\": 20}";

    private final PayDesk.TextStore store = new PayDesk.TextStore();
    private final List<RoundReport> reports = new CopyOnWriteArrayList<>();

    /** Counts accounts that are paid into and looked at, and lets a test say when a body goes on. */
    static final class Bank {
        final List<String> log = new CopyOnWriteArrayList<>();
        final CountDownLatch looked = new CountDownLatch(1);
        volatile boolean paysWhenLooked;

        @Tool
        @Writes("account/{to}")
        String pay(@P(name = "to") String to, @P(name = "amount") int amount) throws Exception {
            if (paysWhenLooked) {
                Waiting.await(looked);
            }
            log.add("pay " + to + " " + amount);
            return "paid " + amount + " to " + to;
        }

        @Tool
        @Reads("account/{id}")
        String balance(@P(name = "id") String id) {
            log.add("balance " + id);
            looked.countDown();
            return "balance of " + id;
        }
    }

    private final Bank bank = new Bank();

    private ParallelTools.Builder tools() {
        return PayDesk.waiting().listener(event -> {
            if (event instanceof RoundEvent.RoundEnded ended) {
                reports.add(ended.report());
            }
        });
    }

    private Assistant assistant(ParallelTools parallel, AiMessage... script) {
        return parallel.aiServices(Assistant.class)
                .chatModel(ScriptedChatModel.saying(script))
                .chatMemory(store.memory("default"))
                .tools(bank)
                .build();
    }

    private SuspendedInvocation suspended(ToolExecutionRequest... requests) {
        Assistant assistant = assistant(tools().build(), calls(requests));
        return SuspendedInvocation.fromJson(
                catchThrowableOfType(InvocationSuspendedException.class, () -> assistant.chat("go"))
                        .suspended()
                        .toJson());
    }

    /** As another process does. */
    private String resume(SuspendedInvocation suspended, Map<Integer, Decision> decisions) {
        ParallelTools parallel = tools().build();
        Assistant assistant = assistant(parallel, AiMessage.from("done"));
        return parallel.resume(suspended, decisions, () -> assistant.chat("go"));
    }

    private static JsonNode payment(String to, int amount) {
        return JsonNodeFactory.instance.objectNode().put("to", to).put("amount", amount);
    }

    private List<String> results() {
        return Memory.resultTexts(store.memory("default"));
    }

    @Test
    void edited_call_conflicts_with_those_of_its_new_resource() {
        SuspendedInvocation suspended = suspended(call("a", "pay", PAY_1), call("b", "pay", PAY_2));
        assertThat(reports.getLast().plan().dependencies()).isEmpty();

        assertThat(resume(suspended, Map.of(0, Decision.approvedWith(payment("2", 11)), 1, Decision.approved())))
                .isEqualTo("done");

        assertThat(reports.getLast().plan().dependencies())
                .singleElement()
                .extracting(Dependency::earlier, Dependency::later)
                .containsExactly(0, 1);
        assertThat(reports.getLast().plan().calls().getFirst().accesses())
                .extracting(access -> access.resource().toString())
                .containsExactly("account/2");
        assertThat(bank.log).containsExactly("pay 2 11", "pay 2 20");
        assertThat(results()).containsExactly("paid 11 to 2", "paid 20 to 2");
    }

    @Test
    void edited_call_conflicts_no_more_with_those_of_its_old_resource() {
        SuspendedInvocation suspended = suspended(call("a", "pay", PAY_1), call("b", "balance", "{\"id\": \"1\"}"));
        assertThat(bank.log).isEmpty();
        assertThat(suspended.results().get(1).text()).contains("waits for approval of call 1");
        bank.paysWhenLooked = true;

        // The payment ends when the balance has been read: in call order it would never.
        assertThat(resume(suspended, Map.of(0, Decision.approvedWith(payment("3", 11)))))
                .isEqualTo("done");

        assertThat(reports.getLast().plan().dependencies()).isEmpty();
        assertThat(bank.log).containsExactly("balance 1", "pay 3 11");
        assertThat(results()).containsExactly("paid 11 to 3", "balance of 1");
    }

    @Test
    void edited_call_without_its_resource_conflicts_with_all_of_the_kind() {
        SuspendedInvocation suspended =
                suspended(call("a", "pay", PAY_1), call("b", "balance", "{\"id\": \"1\"}"), call("c", "pay", PAY_2));

        assertThat(resume(
                        suspended,
                        Map.of(
                                0,
                                Decision.approvedWith(
                                        JsonNodeFactory.instance.objectNode().put("amount", 1)),
                                2,
                                Decision.approved())))
                .isEqualTo("done");

        assertThat(reports.getLast().plan().dependencies())
                .extracting(Dependency::earlier, Dependency::later)
                .containsExactlyInAnyOrder(tuple(0, 1), tuple(0, 2));
        assertThat(results()).element(2).isEqualTo("paid 20 to 2");
    }

    @Test
    void approval_once_is_for_one_call_only() {
        SuspendedInvocation first = suspended(call("a", "pay", PAY_1));
        ParallelTools parallel = tools().build();
        Assistant assistant = assistant(parallel, calls(call("b", "pay", PAY_1)));

        SuspendedInvocation again = catchThrowableOfType(
                        InvocationSuspendedException.class,
                        () -> parallel.resume(first, Map.of(0, Decision.approved()), () -> assistant.chat("go")))
                .suspended();

        assertThat(bank.log).containsExactly("pay 1 10");
        assertThat(resume(again, Map.of(0, Decision.refused("once is enough")))).isEqualTo("done");
        assertThat(bank.log).containsExactly("pay 1 10");
        assertThat(results()).containsExactly("paid 10 to 1", "tool 'pay' was not approved: once is enough");
    }

    @Test
    void approval_for_good_is_for_the_tool_with_these_arguments_and_no_others() {
        SuspendedInvocation first = suspended(call("a", "pay", PAY_1));
        ParallelTools parallel = ParallelTools.builder()
                .interceptor(ApprovalInterceptor.builder(call -> completedFuture(Approval.pending("the owner")))
                        .approvals(Approvals.inMemory())
                        .build())
                .build();
        Assistant assistant = assistant(
                parallel,
                calls(call("b", "pay", "{\"amount\": 10.0, \"to\": \"1\"}"), call("c", "pay", PAY_2)),
                AiMessage.from("done"));

        SuspendedInvocation again = catchThrowableOfType(
                        InvocationSuspendedException.class,
                        () -> parallel.resume(first, Map.of(0, Decision.approvedAlways()), () -> assistant.chat("go")))
                .suspended();

        assertThat(bank.log).containsExactly("pay 1 10", "pay 1 10");
        assertThat(again.round().pending()).containsExactly(1);
    }
}
