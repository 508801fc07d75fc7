package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.await;
import static dev.interlock.execution.Fixtures.call;
import static dev.interlock.execution.Fixtures.start;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.call.ToolCall;
import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Effects;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
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
class TurnsTest {

    private final FakeTime time = new FakeTime();

    /** The calls whose bodies ran, by their ids, in order. */
    private final List<String> ran = new CopyOnWriteArrayList<>();

    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger mostRunning = new AtomicInteger();
    private final CountDownLatch freeRan = new CountDownLatch(1);

    private final ToolSet tools = ToolSet.of(
            ToolDefinition.of("pay", Effects.writes("account"), this::body),
            ToolDefinition.of("tell", Effects.writes("mail/{id}"), this::body),
            ToolDefinition.of("look", Effects.reads("account"), this::body),
            ToolDefinition.of("all", this::body),
            ToolDefinition.of("free", Effects.reads("elsewhere"), call -> {
                Object result = body(call);
                freeRan.countDown();
                return result;
            }));

    private Object body(ToolCall call) {
        mostRunning.accumulateAndGet(running.incrementAndGet(), Math::max);
        ran.add(call.arguments().path("id").asText());
        running.decrementAndGet();
        return call.arguments().path("id").asText();
    }

    /** Shows the questions of a round by the calls' places; says nothing before it has as many as it expects. */
    private static final class Desk {
        private final CountDownLatch all;
        private final Map<Integer, CompletableFuture<Approval>> questions = new ConcurrentHashMap<>();
        private final Map<Integer, String> shown = new ConcurrentHashMap<>();

        Desk(int expected) {
            this.all = new CountDownLatch(expected);
        }

        CompletionStage<Approval> ask(InterceptedCall call) {
            CompletableFuture<Approval> answer = new CompletableFuture<>();
            shown.put(
                    call.index(),
                    call.call().arguments().path("id").asText() + " of "
                            + call.plan().calls().size() + " " + call.accesses());
            questions.put(call.index(), answer);
            all.countDown();
            return answer;
        }

        void awaitAll() throws InterruptedException {
            await(all);
        }

        CompletableFuture<Approval> question(int place) {
            return Objects.requireNonNull(questions.get(place), () -> "call " + place + " was not asked for");
        }

        void approve(int... places) {
            for (int place : places) {
                question(place).complete(Approval.approved());
            }
        }
    }

    private ToolCallExecutor.Builder executor(Desk desk) {
        return ToolCallExecutor.builder()
                .time(time)
                .interceptor(ApprovalInterceptor.builder(desk::ask).build());
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
                        .policy(
                                "pay",
                                ToolPolicy.builder()
                                        .callTimeout(Duration.ofMillis(200))
                                        .build())
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
                .policy(
                        "pay",
                        ToolPolicy.builder().callTimeout(Duration.ofMillis(200)).build())
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

    private static void awaitQuestions(Desk desk, int count) {
        while (desk.questions.size() < count) {
            Thread.onSpinWait();
        }
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

    @Test
    void calls_of_a_streamed_round_are_asked_for_when_they_come() throws Exception {
        Desk desk = new Desk(3);
        ToolCallExecutor executor = executor(desk).maxConcurrency(1).build();
        StreamedRound round =
                executor.rounds().streamedRound(null, null, executor.rounds().captureContext());
        List<String> ids = List.of("1", "2", "3");
        ids.forEach(id -> round.admit(new Task(executor, "all", id)));
        desk.awaitAll();
        assertThat(ran).isEmpty();
        desk.approve(2, 1, 0);
        round.await();
        assertThat(round.results()).allMatch(CallResult::isSuccess);
        assertThat(ran).containsExactlyElementsOf(ids);
    }

    /** As an integration makes it. */
    private final class Task extends RoundCall {
        private final ToolDefinition tool;
        private final ToolCall call;

        Task(ToolCallExecutor executor, String name, String id) {
            super(executor.rounds().bind(Objects.requireNonNull(tools.find(name))));
            this.tool = Objects.requireNonNull(tools.find(name));
            this.call = Fixtures.call(name, "id", id);
        }

        @Override
        protected ToolCall call() {
            return call;
        }

        @Override
        protected @Nullable Object run() throws Exception {
            return tool.body().run(call);
        }
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
                            List.of(
                                    new Task(executor, "pay", "1"),
                                    new Task(executor, "pay", "2"),
                                    new Task(executor, "pay", "3")),
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
