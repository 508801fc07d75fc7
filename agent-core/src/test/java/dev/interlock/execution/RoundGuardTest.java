package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.CallResult;
import dev.interlock.call.CallResult.ThreadKind;
import dev.interlock.call.Outcome;
import dev.interlock.call.RetryPolicy;
import dev.interlock.call.ToolCall;
import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Effects;
import dev.interlock.event.CallEnd;
import dev.interlock.event.RoundEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Guards say, before a round, where its calls may run. */
@Timeout(60)
class RoundGuardTest extends ThreadLocalsFixture {

    private static final RoundGuard ON_OWNER = calls -> RoundGuard.Where.ON_OWNER;

    private static final String[] ALL = {"read", "write", "undeclared", "pure", "computed", "read", "exclusive", "write"
    };

    /** What has each call on a thread of its own, or reordered, or dispatched, where no guard is. */
    static Stream<ToolCallExecutor.Builder> settings() {
        ToolPolicy often = ToolPolicy.builder()
                .retry(RetryPolicy.builder().build())
                .idempotent(true)
                .build();
        return Stream.of(
                executor(),
                executor().maxConcurrency(1),
                executor().timeout(Duration.ofMinutes(1)),
                executor().callTimeout(Duration.ofMinutes(1)),
                executor().roundTimeout(Duration.ofMinutes(1)),
                executor().interceptor(InterceptedCall::proceed),
                executor().interceptor(askingFirst()).interceptor(InterceptedCall::proceed),
                executor().policy("write", often).policy("read", often),
                executor().policy("write", ToolPolicy.builder().priority(9).build()),
                executor()
                        .policy("write", ToolPolicy.builder().maxConcurrency(1).build()),
                executor().totalConcurrency(2),
                executor().groupConcurrency(1, "read", "write"),
                executor().exclusiveAcrossConversations(true),
                executor().chaining(true),
                executor().failFast(true),
                executor().listener(event -> {}),
                executor().threadFactory(body -> {
                    throw new AssertionError("a thread for a call");
                }));
    }

    private static CallInterceptor askingFirst() {
        return new CallInterceptor() {
            @Override
            public @Nullable Object intercept(InterceptedCall call) throws Exception {
                return call.proceed();
            }

            @Override
            public boolean needsTurn() {
                return false;
            }
        };
    }

    private List<String> noted() {
        List<String> ran = Collections.synchronizedList(new ArrayList<>());
        barrier.set(c -> ran.add(c.tool()));
        pure.set(c -> {
            ran.add(c.tool());
            return String.valueOf(LOCAL.get());
        });
        return ran;
    }

    @ParameterizedTest
    @MethodSource("settings")
    void on_the_owner_every_call_finds_its_thread_locals(ToolCallExecutor.Builder settings) {
        noted();
        List<CallResult> results = settings.roundGuard(ON_OWNER).build().execute(calls(ALL), tools);
        assertThat(values(results)).hasSize(ALL.length).containsOnly(THERE);
        assertThat(results).extracting(CallResult::thread).containsOnly(ThreadKind.OWNER);
        assertThat(LOCAL.get()).isEqualTo(THERE);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @ParameterizedTest
    @MethodSource("settings")
    void on_the_owner_calls_run_one_after_another_in_call_order(ToolCallExecutor.Builder settings) {
        List<String> ran = Collections.synchronizedList(new ArrayList<>());
        ToolBody body = c -> {
            ran.add("begins " + c.arguments().get("i"));
            ran.add("ends " + c.arguments().get("i"));
            return null;
        };
        ToolSet noting = ToolSet.of(
                ToolDefinition.of("read", Effects.reads("a/{i}"), body),
                ToolDefinition.of("write", Effects.writes("a/{i}"), body),
                ToolDefinition.of("pure", Effects.pure(), body),
                ToolDefinition.of("undeclared", body));
        String[] names = {"read", "pure", "write", "undeclared"};
        List<ToolCall> calls = IntStream.range(0, 40)
                .mapToObj(i -> call(names[i * 7 % 4], "i", i))
                .toList();
        settings.roundGuard(ON_OWNER).build().execute(calls, noting);
        assertThat(ran)
                .containsExactlyElementsOf(IntStream.range(0, 40)
                        .boxed()
                        .flatMap(i -> Stream.of("begins " + i, "ends " + i))
                        .toList());
    }

    @Test
    void a_guard_is_asked_once_a_round_on_the_owner_with_all_its_calls_before_the_first_runs() {
        List<String> ran = noted();
        List<List<ToolCall>> asked = new CopyOnWriteArrayList<>();
        ToolCallExecutor executor = executor()
                .roundGuard(calls -> {
                    assertThat(LOCAL.get()).isEqualTo(THERE);
                    assertThat(ran).isEmpty();
                    asked.add(calls);
                    return RoundGuard.Where.ANYWHERE;
                })
                .build();
        List<ToolCall> calls = calls("pure", "exclusive", "read");
        assertThat(values(executor.execute(calls, tools))).hasSize(3);
        assertThat(asked).containsExactly(calls);
        executor.execute(List.of(), tools);
        assertThat(asked).hasSize(1);
        assertThat(executor.plan(calls, tools).calls()).hasSize(3);
        assertThat(asked).hasSize(1);
    }

    @Test
    void anywhere_changes_nothing() {
        ToolCallExecutor executor =
                executor().roundGuard(calls -> RoundGuard.Where.ANYWHERE).build();
        assertThat(values(executor, "read", "write", "exclusive")).containsExactly(NOT_THERE, NOT_THERE, THERE);
    }

    @Test
    void the_strictest_of_several_guards_wins_and_all_are_asked() {
        List<String> asked = new ArrayList<>();
        RoundGuard free = calls -> {
            asked.add("free");
            return RoundGuard.Where.ANYWHERE;
        };
        RoundGuard refusing = calls -> {
            asked.add("refusing");
            throw new IllegalStateException("not now");
        };
        ToolCallExecutor owned = executor()
                .roundGuard(free)
                .roundGuard(ON_OWNER)
                .roundGuard(free)
                .build();
        assertThat(values(owned, "read", "write")).containsExactly(THERE, THERE);
        assertThat(asked).containsExactly("free", "free");
        asked.clear();
        ToolCallExecutor refused = executor()
                .roundGuard(ON_OWNER)
                .roundGuard(refusing)
                .roundGuard(free)
                .build();
        assertThat(refused.execute(calls("read"), tools).get(0).outcome()).isInstanceOf(Outcome.Failed.class);
        assertThat(asked).containsExactly("refusing", "free");
    }

    static Stream<RoundGuard> refusing() {
        return Stream.of(
                calls -> {
                    throw new IllegalStateException("a transaction is active");
                },
                calls -> {
                    throw new AssertionError("a transaction is active");
                },
                calls -> {
                    throw RoundGuardTest.<RuntimeException>sneaky(new Exception("a transaction is active"));
                },
                calls -> {
                    throw new StackOverflowError("a transaction is active");
                });
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T extends Throwable> T sneaky(Throwable thrown) throws T {
        throw (T) thrown;
    }

    @ParameterizedTest
    @MethodSource("refusing")
    void a_guard_that_throws_refuses_the_round_and_each_result_says_why(RoundGuard guard) {
        List<String> ran = noted();
        List<CallEnd> ends = new CopyOnWriteArrayList<>();
        ToolCallExecutor executor = executor()
                .roundGuard(guard)
                .listener(event -> {
                    if (event instanceof RoundEvent.CallEnded ended) {
                        ends.add(ended.end());
                    }
                })
                .build();
        List<CallResult> results = executor.execute(calls("read", "exclusive", "unknown"), tools);
        assertThat(results)
                .extracting(result -> result.outcome().message())
                .containsExactly(
                        "tool 'read' was not run, its round was refused: a transaction is active",
                        "tool 'exclusive' was not run, its round was refused: a transaction is active",
                        "tool 'unknown' was not run, its round was refused: a transaction is active");
        assertThat(results).extracting(CallResult::attempts).containsOnly(0);
        assertThat(ends).containsExactly(CallEnd.REJECTED, CallEnd.REJECTED, CallEnd.REJECTED);
        assertThat(ran).isEmpty();
    }

    @Test
    @SuppressWarnings("NullAway") // as a guard of a user's may
    void a_guard_that_does_not_answer_refuses_the_round() {
        ToolCallExecutor executor = executor().roundGuard(calls -> null).build();
        assertThat(executor.execute(calls("read"), tools).get(0).outcome().message())
                .startsWith("tool 'read' was not run, its round was refused: guard ")
                .endsWith(" returned null; it must say where the calls may run");
    }

    @Test
    void an_integration_is_told_what_the_guard_threw() {
        IllegalStateException thrown = new IllegalStateException("not now");
        ToolCallExecutor executor = executor()
                .roundGuard(calls -> {
                    throw thrown;
                })
                .build();
        Round round = executor.rounds().round(List.of(task(executor, "read"), task(executor, "write")));
        round.execute();
        assertThat(round.failure()).isSameAs(thrown);
        assertThat(round.results()).hasSize(2).allMatch(result -> !result.isSuccess());
    }

    @Test
    void a_round_within_a_tool_is_asked_about_on_the_thread_of_that_tool() {
        List<@Nullable String> asked = new CopyOnWriteArrayList<>();
        ToolCallExecutor executor = executor()
                .roundGuard(calls -> {
                    asked.add(LOCAL.get());
                    return LOCAL.get() == null ? RoundGuard.Where.ANYWHERE : RoundGuard.Where.ON_OWNER;
                })
                .build();
        ToolSet nesting = ToolSet.of(ToolDefinition.of("nest", Effects.reads("n"), c -> {
            LOCAL.set("of the tool");
            try {
                return values(executor.execute(calls("read", "write"), tools));
            } finally {
                LOCAL.remove();
            }
        }));
        LOCAL.remove();
        List<CallResult> results = executor.execute(List.of(call("nest")), nesting);
        assertThat(results.get(0).thread()).isEqualTo(ThreadKind.VIRTUAL);
        assertThat(values(results)).containsExactly(List.of("of the tool", "of the tool"));
        assertThat(asked).containsExactly(null, "of the tool");
    }

    @Test
    void results_that_are_referred_to_are_there_on_the_owner() {
        ToolCallExecutor executor =
                executor().chaining(true).roundGuard(ON_OWNER).build();
        List<ToolCall> calls = List.of(call("read", "i", 1), call("read", "i", "${1}"), call("read", "i", "${9}"));
        List<CallResult> results = executor.execute(calls, tools);
        assertThat(results).extracting(CallResult::isSuccess).containsExactly(true, true, false);
        assertThat(values(results).subList(0, 2)).containsExactly(THERE, THERE);
    }

    @Test
    void a_users_executor_is_not_used_where_the_owner_runs_all() {
        ToolCallExecutor executor = executor().roundGuard(ON_OWNER).build();
        Round round = executor.rounds()
                .round(
                        List.of(task(executor, "read"), task(executor, "write")),
                        body -> {
                            throw new AssertionError("the executor is asked");
                        },
                        null,
                        executor.rounds().captureContext());
        round.execute();
        assertThat(values(round.results())).containsExactly(THERE, THERE);
    }
}
