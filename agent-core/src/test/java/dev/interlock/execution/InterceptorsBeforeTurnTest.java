package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.await;
import static dev.interlock.execution.Fixtures.call;
import static dev.interlock.execution.Fixtures.start;
import static dev.interlock.execution.Fixtures.streamedRound;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.CallResult;
import dev.interlock.call.ToolPolicy;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What needs no turn, such as asking for approval, does not wait for one; what needs it runs in it. */
@Timeout(60)
class InterceptorsBeforeTurnTest extends BeforeTurnFixture {

    private ToolTask task(ToolCallExecutor executor, String name, String id) {
        return new ToolTask(executor, Objects.requireNonNull(tools.find(name)), call(name, "id", id));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void all_conflicting_calls_of_a_round_are_asked_for_at_once(int cap) throws Exception {
        Desk desk = new Desk(3);
        var round = start(
                executor(desk).maxConcurrency(cap).build(),
                tools,
                call("pay", "id", "1"),
                call("pay", "id", "2"),
                call("pay", "id", "3"));
        desk.awaitAll();
        assertThat(ran).isEmpty();
        assertThat(desk.shown).containsEntry(0, "1 of 3 [writes account]").containsEntry(2, "3 of 3 [writes account]");
        desk.approve(2, 1, 0);
        assertThat(round.get()).allMatch(CallResult::isSuccess);
        assertThat(ran).containsExactly("1", "2", "3");
        assertThat(mostRunning).hasValue(1);
    }

    @Test
    void barriers_are_asked_for_at_once_too_and_whatever_caps_there_are() throws Exception {
        for (Consumer<ToolCallExecutor.Builder> caps : List.<Consumer<ToolCallExecutor.Builder>>of(
                builder -> {},
                builder -> builder.totalConcurrency(1),
                builder -> builder.groupConcurrency(1, "all", "tell"),
                builder -> builder.exclusiveAcrossConversations(true),
                builder -> builder.policy(
                        "tell", ToolPolicy.builder().maxConcurrency(1).build()))) {
            ran.clear();
            Desk desk = new Desk(5);
            ToolCallExecutor.Builder builder = executor(desk);
            caps.accept(builder);
            var round = start(
                    builder.build(),
                    tools,
                    call("all", "id", "1"),
                    call("tell", "id", "2"),
                    call("tell", "id", "3"),
                    call("all", "id", "4"),
                    call("free", "id", "5"),
                    call("pay", "id", "6"));
            desk.awaitAll();
            assertThat(ran).isEmpty();
            desk.approve(5, 3, 2, 1, 0);
            assertThat(round.get()).allMatch(CallResult::isSuccess);
            assertThat(ran)
                    .hasSize(6)
                    .startsWith("1")
                    .containsSubsequence("2", "4", "6")
                    .containsSubsequence("3", "4");
        }
    }

    @Test
    void a_call_whose_approval_is_pending_keeps_only_what_conflicts_with_it() throws Exception {
        Desk desk = new Desk(2);
        var round = start(
                executor(desk).maxConcurrency(1).totalConcurrency(1).build(),
                tools,
                call("pay", "id", "1"),
                call("look", "id", "2"),
                call("tell", "id", "3"),
                call("free", "id", "4"));
        desk.awaitAll();
        await(freeRan);
        assertThat(ran).containsExactly("4");
        desk.approve(0, 2);
        assertThat(round.get()).allMatch(CallResult::isSuccess);
        assertThat(ran).hasSize(4).containsSubsequence("1", "2");
    }

    @Test
    void an_approved_call_waits_for_its_turn_behind_one_that_is_not() throws Exception {
        Desk desk = new Desk(2);
        CountDownLatch approved = new CountDownLatch(1);
        CallInterceptor noting = new CallInterceptor() {
            @Override
            public @Nullable Object intercept(InterceptedCall call) throws Exception {
                if (call.index() == 1) {
                    approved.countDown();
                }
                return call.proceed();
            }

            @Override
            public boolean needsTurn() {
                return false;
            }
        };
        var round = start(
                executor(desk).interceptor(noting).build(), tools, call("pay", "id", "1"), call("pay", "id", "2"));
        desk.awaitAll();
        desk.approve(1);
        await(approved);
        assertThat(ran).isEmpty();
        desk.approve(0);
        assertThat(round.get()).allMatch(CallResult::isSuccess);
        assertThat(ran).containsExactly("1", "2");
    }

    @Test
    void a_refused_call_has_no_turn_and_those_behind_it_go_on() throws Exception {
        Desk desk = new Desk(3);
        var round = start(
                executor(desk).build(),
                tools,
                call("pay", "id", "1"),
                call("pay", "id", "2"),
                call("pay", "id", "3"),
                call("look", "id", "4"));
        desk.awaitAll();
        desk.approve(1);
        desk.question(2).complete(Approval.refused("no"));
        desk.question(0).complete(Approval.refused("not this one"));
        List<CallResult> results = round.get();
        assertThat(results.get(0).outcome().message()).isEqualTo("tool 'pay' was not approved: not this one");
        assertThat(results.get(1).isSuccess()).isTrue();
        assertThat(results.get(2).outcome().message()).isEqualTo("tool 'pay' was not approved: no");
        assertThat(results).extracting(CallResult::attempts).containsExactly(0, 1, 0, 1);
        assertThat(ran).containsExactly("2", "4");
    }

    @Test
    void a_call_refused_before_its_turn_does_not_let_others_pass_the_one_before_it() throws Exception {
        Desk desk = new Desk(2);
        var round = start(
                executor(desk).build(),
                tools,
                call("pay", "id", "1"),
                call("pay", "id", "2"),
                call("look", "id", "3"),
                call("free", "id", "4"));
        desk.awaitAll();
        desk.question(1).complete(Approval.refused("no"));
        await(freeRan);
        assertThat(ran).containsExactly("4");
        desk.approve(0);
        round.get();
        assertThat(ran).containsExactly("4", "1", "3");
    }

    @Test
    void calls_of_a_streamed_round_are_asked_for_when_they_come() throws Exception {
        Desk desk = new Desk(3);
        ToolCallExecutor executor = executor(desk).maxConcurrency(1).build();
        StreamedRound round = streamedRound(executor);
        List<String> ids = List.of("1", "2", "3");
        ids.forEach(id -> round.admit(task(executor, "all", id)));
        desk.awaitAll();
        assertThat(ran).isEmpty();
        desk.approve(2, 1, 0);
        round.await();
        assertThat(round.results()).allMatch(CallResult::isSuccess);
        assertThat(ran).containsExactlyElementsOf(ids);
    }

    @Test
    void a_users_executor_with_one_thread_does_not_keep_questions_from_being_asked() throws Exception {
        Desk desk = new Desk(3);
        ToolCallExecutor executor = ToolCallExecutor.builder()
                .interceptor(ApprovalInterceptor.builder(desk::ask).build())
                .build();
        ExecutorService pool = Executors.newFixedThreadPool(1);
        try {
            Round round = executor.rounds()
                    .round(
                            List.of(task(executor, "pay", "1"), task(executor, "pay", "2"), task(executor, "pay", "3")),
                            pool,
                            null,
                            executor.rounds().captureContext());
            Thread owner = Thread.ofPlatform().start(round::execute);
            desk.awaitAll();
            desk.approve(2, 1, 0);
            owner.join();
            assertThat(round.results()).allMatch(CallResult::isSuccess);
            assertThat(ran).containsExactly("1", "2", "3");
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void what_is_behind_an_interceptor_that_needs_the_turn_runs_in_it() throws Exception {
        AtomicInteger within = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CallInterceptor first = call -> {
            most.accumulateAndGet(within.incrementAndGet(), Math::max);
            try {
                return call.proceed();
            } finally {
                within.decrementAndGet();
            }
        };
        ToolCallExecutor executor = ToolCallExecutor.builder()
                .interceptor(first)
                .interceptor(ApprovalInterceptor.builder(call -> CompletableFuture.completedFuture(Approval.approved()))
                        .build())
                .build();
        var round = start(executor, tools, call("pay", "id", "1"), call("pay", "id", "2"), call("pay", "id", "3"));
        assertThat(round.get()).allMatch(CallResult::isSuccess);
        assertThat(ran).containsExactly("1", "2", "3");
        assertThat(most).hasValue(1);
    }

    @Test
    void a_call_must_not_run_within_its_own_wait_before_its_turn_either() throws Exception {
        CallInterceptor wrong = new CallInterceptor() {
            @Override
            public @Nullable Object intercept(InterceptedCall call) throws Exception {
                return call.withoutPermit(call::proceed);
            }

            @Override
            public boolean needsTurn() {
                return false;
            }
        };
        var round = start(ToolCallExecutor.builder().interceptor(wrong).build(), tools, call("pay", "id", "1"));
        assertThat(round.get().get(0).outcome().message())
                .contains("tool 'pay' has been ended, or waits, and cannot run now");
        assertThat(ran).isEmpty();
    }
}
