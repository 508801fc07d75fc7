package dev.interlock.temporal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.call.ToolCall;
import dev.interlock.call.ToolPolicy;
import dev.interlock.durable.CallPendingException;
import dev.interlock.durable.Decision;
import dev.interlock.durable.PendingKind;
import dev.interlock.effect.Effects;
import dev.interlock.execution.ToolDefinition;
import dev.interlock.execution.ToolSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DecisionsTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<String> log = Collections.synchronizedList(new ArrayList<>());

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
                log.add("print");
                throw new CallPendingException("job 4711 of the print shop");
            }));

    private final TemporalRounds rounds = TemporalRounds.builder(tools)
            .needsApproval(call -> call.tool().equals("pay"))
            .chaining(true)
            .policy("pay", ToolPolicy.builder().references(true).build())
            .build();

    @Test
    void an_approval_may_take_days_while_others_go_on_and_what_conflicts_waits() {
        try (Rig rig = Rig.of(rounds)) {
            rig.client.start("days", Rig.calls("pay {'to':'1'}", "balance {'id':'1'}", "balance {'id':'2'}"));
            rig.env.sleep(Duration.ofDays(3));

            List<CallProgress> progress = rig.client.progress("days");
            assertThat(progress.get(0).pending()).isEqualTo(PendingKind.APPROVAL);
            assertThat(progress.get(1).why()).isEqualTo("waits for approval of call 1");
            assertThat(progress.get(2).state()).isEqualTo(CallProgress.State.ENDED);
            assertThat(log).containsExactly("balance {\"id\":\"2\"}");

            rig.client.decide("days", 0, Decision.approved());
            List<CallResult> results = rig.client.await("days");
            assertThat(results).allMatch(CallResult::isSuccess);
            assertThat(log).endsWith("pay {\"to\":\"1\"}", "balance {\"id\":\"1\"}");
        }
    }

    @Test
    void a_refusal_is_the_result_and_its_tool_is_not_started() {
        try (Rig rig = Rig.of(rounds)) {
            rig.client.start("no", Rig.calls("pay {'to':'1'}", "balance {'id':'1'}"));
            rig.client.decide("no", 0, Decision.refused("too much"));
            List<CallResult> results = rig.client.await("no");

            assertThat(results.get(0).outcome().message()).isEqualTo("tool 'pay' was not approved: too much");
            assertThat(results.get(1).isSuccess()).isTrue();
            assertThat(log).containsExactly("balance {\"id\":\"1\"}");
        }
    }

    @Test
    void other_arguments_are_planned_anew() throws Exception {
        try (Rig rig = Rig.of(rounds)) {
            rig.client.start("edit", Rig.calls("pay {'to':'1'}", "pay {'to':'2'}", "balance {'id':'2'}"));
            rig.env.sleep(Duration.ofHours(1));
            rig.client.decide("edit", 0, Decision.approvedWith(JSON.readTree("{\"to\":\"2\"}")));
            rig.env.sleep(Duration.ofHours(1));
            assertThat(log).containsExactly("pay {\"to\":\"2\"}");
            assertThat(rig.client.progress("edit").get(2).why()).isEqualTo("waits for approval of call 2");
            rig.client.decide("edit", 1, Decision.approved());

            List<CallResult> results = rig.client.await("edit");
            assertThat(results).allMatch(CallResult::isSuccess);
            assertThat(results.get(0).call().arguments()).isEqualTo(JSON.readTree("{\"to\":\"2\"}"));
            assertThat(log).endsWith("balance {\"id\":\"2\"}");
        }
    }

    @Test
    void what_is_approved_for_good_is_not_asked_for_again_in_the_round() {
        try (Rig rig = Rig.of(rounds)) {
            rig.client.start("always", Rig.calls("pay {'to':'1'}", "pay {'to':'1'}", "pay {'to':'2'}"));
            rig.client.decide("always", 0, Decision.approvedAlways());
            rig.client.decide("always", 2, Decision.refused("no"));
            List<CallResult> results = rig.client.await("always");

            assertThat(results.stream().map(CallResult::isSuccess)).containsExactly(true, true, false);
        }
    }

    @Test
    void a_call_that_uses_a_result_is_asked_for_with_it() throws Exception {
        try (Rig rig = Rig.of(rounds)) {
            rig.client.start("uses", Rig.calls("balance {'id':'1'}", "pay {'to':'7','amount':'${1}'}"));
            rig.env.sleep(Duration.ofHours(1));
            CallProgress asked = rig.client.progress("uses").get(1);
            assertThat(asked.pending()).isEqualTo(PendingKind.APPROVAL);
            assertThat(asked.call().arguments()).isEqualTo(JSON.readTree("{\"to\":\"7\",\"amount\":42}"));
            rig.client.decide("uses", 1, Decision.approved());

            assertThat(rig.client.await("uses")).allMatch(CallResult::isSuccess);
            assertThat(log).endsWith("pay {\"to\":\"7\",\"amount\":42}");
        }
    }

    @Test
    void a_call_waits_for_what_its_tool_has_begun_outside() {
        try (Rig rig = Rig.of(rounds)) {
            rig.client.start("print", Rig.calls("print {}", "print {}"));
            rig.env.sleep(Duration.ofDays(2));
            assertThat(rig.client.progress("print").get(0).why()).isEqualTo("job 4711 of the print shop");
            assertThat(rig.client.progress("print").get(1).why()).isEqualTo("waits for what call 1 waits for");
            rig.client.decide("print", 0, Decision.completed("12 pages"));
            rig.env.sleep(Duration.ofDays(2));
            rig.client.decide("print", 1, Decision.givenUp("the shop has burnt down"));

            List<CallResult> results = rig.client.await("print");
            assertThat(results.get(0).outcome()).isEqualTo(new Outcome.Succeeded("12 pages"));
            assertThat(results.get(1).outcome().message()).contains("burnt down", "may have taken effect");
            assertThat(log).containsExactly("print", "print");
        }
    }

    @Test
    void a_decision_that_does_not_fit_has_no_effect() {
        try (Rig rig = Rig.of(rounds)) {
            rig.client.start("unfit", Rig.calls("pay {'to':'1'}", "balance {'id':'2'}"));
            rig.client.decide("unfit", 0, Decision.runAgain());
            rig.client.decide("unfit", 1, Decision.approved());
            rig.client.decide("unfit", 9, Decision.approved());
            rig.client.decide("unfit", 0, Decision.approved());
            rig.client.decide("unfit", 0, Decision.refused("too late"));

            assertThat(rig.client.await("unfit")).allMatch(CallResult::isSuccess);
            assertThat(log).hasSize(2);
        }
    }

    @Test
    void a_call_whose_producer_failed_is_skipped_and_one_with_a_wrong_reference_says_so() {
        ToolSet some = ToolSet.of(
                ToolDefinition.of(
                        "look", Effects.reads("{k}"), call -> call.arguments().toString()),
                ToolDefinition.of("fail", Effects.reads("x"), call -> {
                    throw new IllegalStateException("broken");
                }));
        List<ToolCall> calls = Rig.calls("fail {}", "look {'k':'${1}'}", "look {'k':'${9}'}", "look {'k':'${2}'}");
        try (Rig rig = Rig.of(TemporalRounds.builder(some).chaining(true).build())) {
            List<CallResult> results = rig.client.execute("refs", calls);

            assertThat(results.get(1).outcome()).isInstanceOf(Outcome.Skipped.class);
            assertThat(results.get(1).outcome().message())
                    .contains("uses the result of call 1 (tool 'fail'), which did not succeed: broken");
            assertThat(results.get(2).outcome().message()).contains("does not exist");
            assertThat(results.get(3).outcome().message()).contains("was skipped itself");
        }
    }
}
