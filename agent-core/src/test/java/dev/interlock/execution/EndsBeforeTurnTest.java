package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.await;
import static dev.interlock.execution.Fixtures.call;
import static dev.interlock.execution.Fixtures.callTimeout;
import static dev.interlock.execution.Fixtures.start;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.call.ToolCall;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Questions before the turn, and limits, cancels and failures meanwhile. */
@Timeout(60)
class EndsBeforeTurnTest extends BeforeTurnFixture {

    @Test
    void the_limit_of_the_round_passes_while_all_are_asked_for() throws Exception {
        Desk desk = new Desk(2);
        var round = start(
                executor(desk).roundTimeout(Duration.ofMillis(500)).build(),
                tools,
                call("pay", "id", "1"),
                call("pay", "id", "2"));
        desk.awaitAll();
        desk.approve(1);
        time.awaitParkedUntil(Duration.ofMillis(500));
        time.advance(Duration.ofMillis(500));
        assertThat(round.get())
                .extracting(result -> result.outcome().message())
                .containsOnly("tool 'pay' timed out: the round exceeded 500 ms before the tool could start");
        assertThat(desk.question(0)).isCancelled();
        assertThat(ran).isEmpty();
    }

    @Test
    void the_limit_of_a_call_passes_while_it_is_asked_for_and_those_behind_it_go_on() throws Exception {
        Desk desk = new Desk(2);
        var round = start(
                executor(desk)
                        .policy("pay", callTimeout(Duration.ofMillis(200)))
                        .build(),
                tools,
                call("pay", "id", "1"),
                call("all", "id", "2"));
        desk.awaitAll();
        desk.approve(1);
        time.awaitParkedUntil(Duration.ofMillis(200));
        time.advance(Duration.ofMillis(200));
        List<CallResult> results = round.get();
        assertThat(results.get(0).outcome()).isInstanceOf(Outcome.TimedOut.class);
        assertThat(ran).containsExactly("2");
    }

    @Test
    void a_cancel_ends_the_wait_of_those_that_ask_and_of_those_that_wait_for_their_turn() throws Exception {
        Desk desk = new Desk(3);
        Cancellation cancellation = new Cancellation();
        ToolCallExecutor executor = executor(desk).build();
        CompletableFuture<List<CallResult>> results = new CompletableFuture<>();
        ToolCall[] calls = {call("pay", "id", "1"), call("pay", "id", "2"), call("pay", "id", "3")};
        Thread.ofPlatform().start(() -> {
            try {
                results.complete(cancellation.call(() -> executor.execute(List.of(calls), tools)));
            } catch (Throwable e) {
                results.completeExceptionally(e);
            }
        });
        desk.awaitAll();
        desk.approve(2);
        cancellation.cancel("enough");
        assertThat(results.get())
                .extracting(result -> result.outcome().message())
                .containsOnly("tool 'pay' was not started: enough");
        assertThat(desk.question(0)).isCancelled();
        assertThat(desk.question(1)).isCancelled();
        assertThat(ran).isEmpty();
        assertThat(executor.abandoned()).isEmpty();
    }

    @Test
    void the_first_refusal_ends_all_questions_of_a_round_that_fails_fast() throws Exception {
        Desk desk = new Desk(3);
        var round = start(
                executor(desk).failFast(true).build(),
                tools,
                call("pay", "id", "1"),
                call("pay", "id", "2"),
                call("tell", "id", "3"));
        desk.awaitAll();
        desk.question(1).complete(Approval.refused("no"));
        List<CallResult> results = round.get();
        assertThat(results.get(0).outcome().message())
                .isEqualTo("tool 'pay' was not started: call 2 (tool 'pay') did not succeed, and the round fails fast");
        assertThat(desk.question(0)).isCancelled();
        assertThat(desk.question(2)).isCancelled();
        assertThat(ran).isEmpty();
    }

    @Test
    void a_question_that_does_not_hear_its_interrupt_is_abandoned_and_holds_nothing() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        CountDownLatch proceeded = new CountDownLatch(1);
        CallInterceptor deaf = new CallInterceptor() {
            @Override
            public @Nullable Object intercept(InterceptedCall call) throws Exception {
                if (call.call().tool().equals("pay")) {
                    asked.countDown();
                    try {
                        Fixtures.blockUntilInterrupted();
                    } catch (InterruptedException e) {
                        interrupted.countDown();
                    }
                    await(end);
                }
                try {
                    return call.proceed();
                } finally {
                    if (call.call().tool().equals("pay")) {
                        proceeded.countDown();
                    }
                }
            }

            @Override
            public boolean needsTurn() {
                return false;
            }
        };
        ToolCallExecutor executor = ToolCallExecutor.builder()
                .time(time)
                .gracePeriod(Duration.ofMillis(100))
                .policy("pay", callTimeout(Duration.ofMillis(200)))
                .interceptor(deaf)
                .build();
        var round = start(executor, tools, call("pay", "id", "1"), call("look", "id", "2"));
        await(asked);
        time.awaitParkedUntil(Duration.ofMillis(200));
        time.advance(Duration.ofMillis(200));
        await(interrupted);
        time.awaitParkedUntil(Duration.ofMillis(300));
        time.advance(Duration.ofMillis(100));
        List<CallResult> results = round.get();
        assertThat(results.get(0).outcome().message())
                .isEqualTo("tool 'pay' timed out: the call exceeded 200 ms before the tool could start");
        assertThat(results.get(1).isSuccess()).isTrue();
        assertThat(ran).containsExactly("2");
        assertThat(executor.abandoned()).hasSize(1);
        // It conflicts, but the abandoned one has touched nothing.
        var next = start(executor, tools, call("look", "id", "3"));
        assertThat(next.get().get(0).isSuccess()).isTrue();
        end.countDown();
        await(proceeded);
        assertThat(ran).containsExactly("2", "3");
    }
}
