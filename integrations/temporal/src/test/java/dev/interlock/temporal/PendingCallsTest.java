package dev.interlock.temporal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.call.ToolPolicy;
import dev.interlock.durable.CallPendingException;
import dev.interlock.durable.Decision;
import dev.interlock.durable.PendingKind;
import dev.interlock.effect.Effects;
import dev.interlock.execution.Approval;
import dev.interlock.execution.ApprovalInterceptor;
import dev.interlock.execution.CallScope;
import dev.interlock.execution.ToolDefinition;
import dev.interlock.execution.ToolSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * An attempt that ends with its call pending: an interceptor has asked for an approval, or the tool has begun something
 * outside.
 */
@Timeout(60)
class PendingCallsTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<String> log = Collections.synchronizedList(new ArrayList<>());
    private final List<String> keys = Collections.synchronizedList(new ArrayList<>());

    private final ToolSet tools = ToolSet.of(
            ToolDefinition.of("pay", Effects.writes("account/{to}"), call -> {
                log.add("pay " + call.arguments());
                return "paid";
            }),
            ToolDefinition.of("balance", Effects.reads("account/{id}"), call -> {
                log.add("balance " + call.arguments());
                return "42";
            }),
            ToolDefinition.of("print", Effects.writes("printer"), call -> {
                keys.add(key());
                log.add("print");
                if (keys.size() < 3) {
                    throw new IllegalStateException("within", new CallPendingException("job 4711 of the print shop"));
                }
                return "12 pages";
            }));

    private static String key() {
        return CallScope.current().orElseThrow().idempotencyKey();
    }

    /**
     * The desk is asked for all that writes, by each attempt that has not been approved; none of its answers comes
     * soon.
     */
    private TemporalRounds asking() {
        return TemporalRounds.builder(tools)
                .interceptor(ApprovalInterceptor.builder(call -> {
                            keys.add(call.roundId() + "-" + (call.index() + 1));
                            log.add("asked for " + call.call().tool());
                            return CompletableFuture.completedFuture(Approval.pending("the account's owner"));
                        })
                        .build())
                .chaining(true)
                .policy("pay", ToolPolicy.builder().references(true).build())
                .build();
    }

    @Test
    void a_call_that_an_interceptor_leaves_pending_waits_for_the_signal_and_is_not_asked_for_again() throws Exception {
        try (Rig rig = Rig.of(asking())) {
            rig.client.start(
                    "ask", Rig.calls("balance {'id':'1'}", "pay {'to':'7','amount':'${1}'}", "balance {'id':'7'}"));
            rig.env.sleep(Duration.ofDays(3));

            CallProgress asked = rig.client.progress("ask").get(1);
            assertThat(asked.pending()).isEqualTo(PendingKind.APPROVAL);
            assertThat(asked.why()).isEqualTo("the account's owner");
            assertThat(asked.call().arguments()).isEqualTo(JSON.readTree("{\"to\":\"7\",\"amount\":42}"));
            assertThat(rig.client.progress("ask").get(2).why()).isEqualTo("waits for approval of call 2");
            rig.client.decide("ask", 1, Decision.approved());

            assertThat(rig.client.await("ask")).allMatch(CallResult::isSuccess);
            assertThat(log)
                    .containsExactly(
                            "balance {\"id\":\"1\"}",
                            "asked for pay",
                            "pay {\"to\":\"7\",\"amount\":42}",
                            "balance {\"id\":\"7\"}");
        }
    }

    @Test
    void other_arguments_take_the_place_of_those_that_were_asked_about() throws Exception {
        try (Rig rig = Rig.of(asking())) {
            rig.client.start("edit", Rig.calls("pay {'to':'1'}", "balance {'id':'1'}", "balance {'id':'2'}"));
            rig.env.sleep(Duration.ofHours(1));
            rig.client.decide("edit", 0, Decision.approvedWith(JSON.readTree("{\"to\":\"2\"}")));

            List<CallResult> results = rig.client.await("edit");
            assertThat(results).allMatch(CallResult::isSuccess);
            assertThat(results.get(0).call().arguments()).isEqualTo(JSON.readTree("{\"to\":\"2\"}"));
            assertThat(log).contains("asked for pay", "pay {\"to\":\"2\"}").hasSize(4);
        }
    }

    @Test
    void a_refusal_is_the_result_and_the_tool_has_not_started() {
        try (Rig rig = Rig.of(asking())) {
            rig.client.start("no", Rig.calls("pay {'to':'1'}", "balance {'id':'1'}"));
            rig.env.sleep(Duration.ofHours(1));
            rig.client.decide("no", 0, Decision.refused("too much"));

            List<CallResult> results = rig.client.await("no");
            assertThat(results.get(0).outcome().message()).isEqualTo("tool 'pay' was not approved: too much");
            assertThat(results.get(0).attempts()).isZero();
            assertThat(log).containsExactly("asked for pay", "balance {\"id\":\"1\"}");
        }
    }

    @Test
    void what_is_approved_for_good_is_approved_for_all_that_are_the_same() {
        TemporalRounds rounds = TemporalRounds.builder(tools)
                .interceptor(ApprovalInterceptor.builder(
                                call -> CompletableFuture.completedFuture(Approval.pending("the owner")))
                        .when(call -> true)
                        .build())
                .build();
        try (Rig rig = Rig.of(rounds)) {
            rig.client.start("always", Rig.calls("balance {'id':'1'}", "balance {'id':'2'}", "balance {'id':'1'}"));
            rig.env.sleep(Duration.ofHours(1));
            rig.client.decide("always", 1, Decision.refused("no"));
            rig.client.decide("always", 2, Decision.approvedAlways());

            assertThat(rig.client.await("always").stream().map(CallResult::isSuccess))
                    .containsExactly(true, false, true);
            assertThat(log).hasSize(2);
        }
    }

    @Test
    void a_cancel_ends_what_waits_for_its_approval_and_its_tool_has_not_started() {
        try (Rig rig = Rig.of(asking())) {
            rig.client.start("cancel", Rig.calls("pay {'to':'1'}"));
            rig.env.sleep(Duration.ofHours(1));
            rig.client.cancel("cancel", "the user has left");

            Outcome outcome = rig.client.await("cancel").getFirst().outcome();
            assertThat(outcome)
                    .isEqualTo(new Outcome.Cancelled("tool 'pay' was not started: the user has left", false));
        }
    }

    @Test
    void a_call_that_is_run_again_after_its_job_has_its_key_and_its_approval() {
        List<String> seen = Collections.synchronizedList(new ArrayList<>());
        TemporalRounds rounds = TemporalRounds.builder(tools)
                .interceptor(call -> {
                    Object result = call.proceed();
                    seen.add(call.call().tool() + " gave " + result);
                    return result;
                })
                .interceptor(ApprovalInterceptor.builder(call -> {
                            keys.add(call.roundId() + "-" + (call.index() + 1));
                            return CompletableFuture.completedFuture(Approval.pending("paper"));
                        })
                        .build())
                .build();
        try (Rig rig = Rig.of(rounds)) {
            rig.client.start("job", Rig.calls("balance {}", "print {}"));
            rig.env.sleep(Duration.ofDays(1));
            rig.client.decide("job", 1, Decision.approved());
            rig.env.sleep(Duration.ofDays(1));
            CallProgress pending = rig.client.progress("job").get(1);
            assertThat(pending.pending()).isEqualTo(PendingKind.EXTERNAL);
            assertThat(pending.why()).isEqualTo("job 4711 of the print shop");
            rig.client.decide("job", 1, Decision.runAgain());

            assertThat(rig.client.await("job").get(1).outcome()).isEqualTo(new Outcome.Succeeded("12 pages"));
            assertThat(keys).hasSize(3).containsOnly(keys.getFirst());
            assertThat(keys.getFirst()).matches("[0-9A-Za-z-]+-2");
            assertThat(seen).containsExactly("balance gave 42", "print gave 12 pages");
            assertThat(log.stream().filter("print"::equals)).hasSize(2);
        }
    }
}
