package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.await;
import static dev.interlock.execution.Fixtures.call;
import static dev.interlock.execution.Fixtures.start;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.call.ToolPolicy;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Questions about calls that use results of others, or follow an equal one. */
@Timeout(60)
class ResultsBeforeTurnTest extends BeforeTurnFixture {

    private static void awaitQuestions(Desk desk, int count) {
        while (desk.questions.size() < count) {
            Thread.onSpinWait();
        }
    }

    @Test
    void a_call_that_uses_a_result_is_asked_for_when_it_is_there() throws Exception {
        Desk desk = new Desk(3);
        CountDownLatch firstTwo = new CountDownLatch(2);
        ToolCallExecutor executor = ToolCallExecutor.builder()
                .chaining(true)
                .policy("pay", ToolPolicy.builder().references(true).build())
                .interceptor(ApprovalInterceptor.builder(call -> {
                            CompletionStage<Approval> answer = desk.ask(call);
                            firstTwo.countDown();
                            return answer;
                        })
                        .build())
                .build();
        var round = start(
                executor,
                tools,
                call("tell", "id", "1"),
                call("pay", "id", "${1}st"),
                call("pay", "id", "3"),
                call("pay", "id", "${1}nd"));
        await(firstTwo);
        assertThat(desk.questions).containsOnlyKeys(0, 2);
        desk.approve(0);
        awaitQuestions(desk, 4);
        assertThat(desk.shown.get(1)).startsWith("1st ");
        assertThat(desk.shown.get(3)).startsWith("1nd ");
        assertThat(ran).containsExactly("1");
        desk.approve(3, 2, 1);
        assertThat(round.get()).allMatch(CallResult::isSuccess);
        assertThat(ran).containsExactly("1", "1st", "3", "1nd");
    }

    @Test
    void a_call_whose_producer_was_refused_is_skipped_and_not_asked_for() throws Exception {
        Desk desk = new Desk(1);
        ToolCallExecutor executor = executor(desk)
                .chaining(true)
                .policy("pay", ToolPolicy.builder().references(true).build())
                .build();
        var round = start(executor, tools, call("tell", "id", "1"), call("pay", "id", "${1}"));
        desk.awaitAll();
        desk.question(0).complete(Approval.refused("no"));
        assertThat(round.get().get(1).outcome()).isInstanceOf(Outcome.Skipped.class);
        assertThat(desk.questions).containsOnlyKeys(0);
    }

    @Test
    void an_equal_read_that_follows_another_is_not_asked_for() throws Exception {
        Desk desk = new Desk(1);
        ToolCallExecutor executor = ToolCallExecutor.builder()
                .coalescing(true)
                .interceptor(ApprovalInterceptor.builder(desk::ask)
                        .when(call -> true)
                        .build())
                .build();
        var round = start(executor, tools, call("look", "id", "1"), call("look", "id", "1"));
        desk.awaitAll();
        desk.approve(0);
        assertThat(round.get()).allMatch(CallResult::isSuccess);
        assertThat(desk.questions).containsOnlyKeys(0);
        assertThat(ran).containsExactly("1");
    }
}
