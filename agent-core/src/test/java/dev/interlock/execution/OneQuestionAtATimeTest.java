package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.await;
import static dev.interlock.execution.Fixtures.call;
import static dev.interlock.execution.Fixtures.start;
import static java.util.concurrent.CompletableFuture.completedFuture;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.CallResult;
import dev.interlock.durable.Approvals;
import dev.interlock.event.RoundEvent;
import dev.interlock.event.TimeKind;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Questions that must not mix, as on a console. */
@Timeout(60)
class OneQuestionAtATimeTest extends ApprovalFixture {

    /** The places of the calls that were asked for, from 1. */
    private final List<Integer> questions = new CopyOnWriteArrayList<>();

    private final CountDownLatch firstAsked = new CountDownLatch(1);
    private final CountDownLatch firstAnswered = new CountDownLatch(1);
    private final CountDownLatch othersWait = new CountDownLatch(4);
    private final AtomicInteger open = new AtomicInteger();

    private ToolCallExecutor.Builder oneAtATime(Function<InterceptedCall, CompletionStage<Approval>> ask) {
        return asking(ApprovalInterceptor.builder(ask).oneAtATime());
    }

    /** Its first question stays open until it is to be answered. */
    private CompletionStage<Approval> console(InterceptedCall call) {
        assertThat(open.incrementAndGet()).isEqualTo(1);
        questions.add(call.index() + 1);
        firstAsked.countDown();
        try {
            await(firstAnswered);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        } finally {
            open.decrementAndGet();
        }
        return completedFuture(call.index() == 1 ? Approval.refused("no") : Approval.approved());
    }

    @Test
    void no_question_is_asked_while_another_is_open() throws Exception {
        var running = start(
                oneAtATime(this::console)
                        .listener(event -> {
                            if (event instanceof RoundEvent.CallWaiting waiting
                                    && waiting.waitsFor().kind() == TimeKind.APPROVAL) {
                                othersWait.countDown();
                            }
                        })
                        .build(),
                tools,
                call("pay", "id", "1"),
                call("tell", "id", "2"),
                call("pay", "id", "3"),
                call("tell", "id", "4"));
        await(firstAsked);
        await(othersWait);
        firstAnswered.countDown();
        List<CallResult> results = running.get();

        assertThat(results).extracting(CallResult::isSuccess).containsExactly(true, false, true, true);
        assertThat(questions).containsExactlyInAnyOrder(1, 2, 3, 4);
        assertThat(ran).containsExactlyInAnyOrder("pay 1", "pay 3", "tell 4");
    }

    @Test
    void a_question_stays_open_until_its_answer_comes() throws Exception {
        var running = start(oneAtATime(desk).build(), tools, call("pay", "id", "1"), call("tell", "id", "2"));
        String first = awaitAnyQuestion();
        String second = first.equals("pay") ? "tell" : "pay";
        assertThat(desk.asked(second).getCount()).isEqualTo(1);
        desk.answer(first).complete(Approval.approved());
        desk.awaitQuestion(second);
        desk.answer(second).complete(Approval.approved());

        assertThat(running.get()).allMatch(CallResult::isSuccess);
    }

    private String awaitAnyQuestion() {
        while (desk.answers.isEmpty()) {
            Thread.onSpinWait();
        }
        return desk.answers.keySet().iterator().next();
    }

    @Test
    void a_question_that_is_not_answered_in_time_makes_room_for_the_next_which_has_its_own_time() throws Exception {
        var running = start(
                asking(ApprovalInterceptor.builder(desk).oneAtATime().timeout(Duration.ofSeconds(30)))
                        .build(),
                tools,
                call("pay", "id", "1"),
                call("tell", "id", "2"));
        String first = awaitAnyQuestion();
        String second = first.equals("pay") ? "tell" : "pay";
        time.awaitParkedUntil(Duration.ofSeconds(30));
        time.advance(Duration.ofSeconds(30));
        desk.awaitQuestion(second);
        assertThat(desk.answer(first)).isCancelled();
        time.awaitParkedUntil(Duration.ofSeconds(60));
        desk.answer(second).complete(Approval.approved());

        List<CallResult> results = running.get();
        assertThat(results.stream().filter(CallResult::isSuccess))
                .extracting(result -> result.call().tool())
                .containsExactly(second);
        assertThat(results.stream().filter(result -> !result.isSuccess()))
                .extracting(result -> result.outcome().message())
                .containsExactly(
                        "tool '" + first + "' was not started: it waited 30000 ms for an approval that did not come");
    }

    /** Both calls end at once; the thread of the first must not hand its turn to the second. */
    @RepeatedTest(20)
    void a_call_that_ends_while_it_waits_to_ask_is_not_asked_for() throws Exception {
        var running = start(
                oneAtATime(desk).roundTimeout(Duration.ofSeconds(1)).build(),
                tools,
                call("pay", "id", "1"),
                call("tell", "id", "2"));
        String first = awaitAnyQuestion();
        time.awaitParkedUntil(Duration.ofSeconds(1));
        time.advance(Duration.ofSeconds(1));

        assertThat(running.get()).noneMatch(CallResult::isSuccess);
        assertThat(desk.answers).containsOnlyKeys(first);
    }

    @Test
    void an_equal_call_that_waits_to_ask_takes_an_approval_for_good() throws Exception {
        var running = start(
                asking(ApprovalInterceptor.builder(call -> {
                                    questions.add(call.index() + 1);
                                    return completedFuture(Approval.approvedAlways());
                                })
                                .oneAtATime()
                                .approvals(Approvals.inMemory()))
                        .build(),
                tools,
                call("pay", "id", "1"),
                call("pay", "id", "1"),
                call("pay", "id", "1"));

        assertThat(running.get()).allMatch(CallResult::isSuccess);
        assertThat(questions).hasSize(1);
    }

    @Test
    void rounds_that_share_the_interceptor_ask_one_at_a_time() throws Exception {
        ApprovalInterceptor shared =
                ApprovalInterceptor.builder(this::console).oneAtATime().build();
        var one = start(ToolCallExecutor.builder().interceptor(shared).build(), tools, call("pay", "id", "1"));
        await(firstAsked);
        var other = start(ToolCallExecutor.builder().interceptor(shared).build(), tools, call("pay", "id", "2"));
        firstAnswered.countDown();

        assertThat(one.get()).allMatch(CallResult::isSuccess);
        assertThat(other.get()).allMatch(CallResult::isSuccess);
        assertThat(questions).hasSize(2);
    }
}
