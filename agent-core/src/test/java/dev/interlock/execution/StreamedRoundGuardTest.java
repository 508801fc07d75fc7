package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.streamedRound;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.CallResult;
import dev.interlock.call.CallResult.ThreadKind;
import dev.interlock.call.Outcome;
import dev.interlock.call.ToolCall;
import dev.interlock.event.CallEnd;
import dev.interlock.event.RoundEvent;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Guards of rounds whose calls come one at a time. */
@Timeout(60)
class StreamedRoundGuardTest extends ThreadLocalsFixture {

    private final AtomicReference<RoundGuard> guard = new AtomicReference<>(calls -> RoundGuard.Where.ANYWHERE);
    private final ToolCallExecutor executor =
            executor().roundGuard(calls -> guard.get().where(calls)).build();

    private StreamedRound begin() {
        return streamedRound(executor);
    }

    @Test
    void nothing_may_start_early_unless_all_guards_say_that_it_may_run_anywhere() {
        List<RoundCall> calls = List.of(task(executor, "read"));
        assertThat(executor.rounds().mayStartEarly(List.of())).isTrue();
        assertThat(executor.rounds().mayStartEarly(calls)).isTrue();
        guard.set(asked -> asked.isEmpty() ? RoundGuard.Where.ANYWHERE : RoundGuard.Where.ON_OWNER);
        assertThat(executor.rounds().mayStartEarly(List.of())).isTrue();
        assertThat(executor.rounds().mayStartEarly(calls)).isFalse();
        guard.set(asked -> {
            throw new IllegalStateException("not now");
        });
        assertThat(executor.rounds().mayStartEarly(List.of())).isFalse();
        assertThat(executor().build().rounds().mayStartEarly(calls)).isTrue();
    }

    @Test
    void the_calls_that_are_left_run_on_the_owner_when_those_before_have_ended() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        List<String> order = new CopyOnWriteArrayList<>();
        pure.set(c -> {
            running.countDown();
            Fixtures.await(end);
            order.add("early");
            return null;
        });
        barrier.set(c -> {
            order.add("barrier");
            return null;
        });
        StreamedRound round = begin();
        RoundCall early = task(executor, "pure");
        round.admit(early);
        Fixtures.await(running);
        List<List<ToolCall>> asked = new CopyOnWriteArrayList<>();
        guard.set(calls -> {
            asked.add(calls);
            end.countDown();
            return RoundGuard.Where.ON_OWNER;
        });
        List<ToolTask> rest = List.of(task(executor, "read"), task(executor, "exclusive"), task(executor, "write"));
        round.await(rest, List.of(early, rest.get(0), rest.get(1), rest.get(2)));
        assertThat(values(round.results())).containsExactly(null, THERE, THERE, THERE);
        assertThat(order).containsExactly("early", "barrier");
        assertThat(round.results())
                .extracting(CallResult::thread)
                .containsExactly(ThreadKind.VIRTUAL, ThreadKind.OWNER, ThreadKind.OWNER, ThreadKind.OWNER);
        assertThat(asked).hasSize(1);
        assertThat(asked.get(0)).extracting(ToolCall::tool).containsExactly("pure", "read", "exclusive", "write");
    }

    @Test
    void the_calls_that_are_left_may_be_refused() {
        StreamedRound round = begin();
        RoundCall early = task(executor, "read");
        round.admit(early);
        IllegalStateException thrown = new IllegalStateException("not now");
        guard.set(calls -> {
            throw thrown;
        });
        ToolTask left = task(executor, "write");
        round.await(List.of(left), List.of(early, left));
        assertThat(early.outcome().isSuccess()).isTrue();
        assertThat(left.outcome().message()).isEqualTo("tool 'write' was not run, its round was refused: not now");
        assertThat(round.failure()).isSameAs(thrown);
    }

    @Test
    void where_all_calls_have_started_there_is_nothing_to_ask() {
        StreamedRound round = begin();
        RoundCall early = task(executor, "read");
        round.admit(early);
        guard.set(calls -> {
            throw new IllegalStateException("not now");
        });
        round.await(List.of(), List.of(early));
        assertThat(early.outcome().isSuccess()).isTrue();
        assertThat(round.failure()).isNull();
    }

    private static RoundGuard refusing() {
        return calls -> {
            throw new IllegalStateException("not now");
        };
    }

    private static void assertRefused(RoundCall call, String tool) {
        assertThat(call.outcome().message())
                .isEqualTo("tool '" + tool + "' was not run, its round was refused: not now");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_refusal_reaches_a_call_that_waits_for_the_owner(boolean others) {
        List<String> ran = new CopyOnWriteArrayList<>();
        barrier.set(c -> ran.add(c.tool()));
        StreamedRound round = begin();
        RoundCall early = task(executor, "exclusive");
        round.admit(early);
        guard.set(refusing());
        List<ToolTask> rest = others ? List.of(task(executor, "undeclared")) : List.of();
        List<RoundCall> response = new ArrayList<>(List.of(early));
        response.addAll(rest);
        round.await(rest, response);
        assertRefused(early, "exclusive");
        rest.forEach(left -> assertRefused(left, "undeclared"));
        assertThat(ran).isEmpty();
        assertThat(round.failure()).hasMessage("not now");
    }

    @Test
    void a_refusal_reaches_calls_that_wait_for_a_permit_and_what_runs_goes_on() {
        CountDownLatch refused = new CountDownLatch(1);
        ToolCallExecutor narrow = executor()
                .roundGuard(calls -> guard.get().where(calls))
                .maxConcurrency(1)
                .coalescing(true)
                .failFast(true)
                .listener(event -> {
                    if (event instanceof RoundEvent.CallEnded ended && ended.end() == CallEnd.REJECTED) {
                        refused.countDown();
                    }
                })
                .build();
        pure.set(c -> {
            Fixtures.await(refused);
            return "done";
        });
        StreamedRound round =
                narrow.rounds().streamedRound(null, null, narrow.rounds().captureContext());
        List<RoundCall> calls =
                List.of(task(narrow, "pure"), task(narrow, "write"), task(narrow, "read"), task(narrow, "read"));
        calls.forEach(round::admit);
        guard.set(refusing());
        round.await(List.of(), calls);
        assertThat(calls.get(0).outcome()).isEqualTo(new Outcome.Succeeded("done"));
        assertRefused(calls.get(1), "write");
        assertRefused(calls.get(2), "read");
        assertRefused(calls.get(3), "read");
        assertThat(round.results()).extracting(CallResult::attempts).containsExactly(1, 0, 0, 0);
    }

    @Test
    void a_refusal_reaches_a_call_that_asks_and_its_tool_does_not_run() throws Exception {
        CountDownLatch asking = new CountDownLatch(1);
        ToolCallExecutor approving = executor()
                .roundGuard(calls -> guard.get().where(calls))
                .interceptor(new CallInterceptor() {
                    @Override
                    public @Nullable Object intercept(InterceptedCall call) throws Exception {
                        asking.countDown();
                        new CountDownLatch(1).await();
                        return call.proceed();
                    }

                    @Override
                    public boolean needsTurn() {
                        return false;
                    }
                })
                .build();
        StreamedRound round =
                approving.rounds().streamedRound(null, null, approving.rounds().captureContext());
        RoundCall early = task(approving, "write");
        round.admit(early);
        Fixtures.await(asking);
        guard.set(refusing());
        round.await(List.of(), List.of(early));
        assertRefused(early, "write");
        assertThat(round.results()).extracting(CallResult::attempts).containsExactly(0);
    }

    @Test
    void calls_that_wait_are_asked_about_also_if_none_is_left_and_run_on_the_owner() {
        Thread owner = Thread.currentThread();
        CountDownLatch end = new CountDownLatch(1);
        pure.set(c -> {
            Fixtures.await(end);
            return null;
        });
        ToolCallExecutor narrow = executor()
                .roundGuard(calls -> guard.get().where(calls))
                .maxConcurrency(1)
                .build();
        StreamedRound round =
                narrow.rounds().streamedRound(null, null, narrow.rounds().captureContext());
        List<RoundCall> calls = List.of(task(narrow, "pure"), task(narrow, "write"));
        calls.forEach(round::admit);
        guard.set(asked -> {
            Thread.ofPlatform().daemon().start(() -> {
                while (owner.getState() != Thread.State.WAITING) {
                    Thread.onSpinWait();
                }
                end.countDown();
            });
            return RoundGuard.Where.ON_OWNER;
        });
        round.await(List.of(), calls);
        assertThat(round.results())
                .extracting(CallResult::thread)
                .containsExactly(ThreadKind.VIRTUAL, ThreadKind.OWNER);
    }

    /** Each call has ended when its thread has been started. */
    private static Thread endedOnStart(Runnable body) {
        return new Thread(body) {
            @Override
            public void start() {
                super.start();
                boolean flagged = false;
                while (isAlive()) {
                    try {
                        join();
                    } catch (InterruptedException e) {
                        flagged = true;
                    }
                }
                if (flagged) {
                    Thread.currentThread().interrupt();
                }
            }
        };
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void nothing_starts_once_the_owner_is_interrupted_also_if_no_guard_heeds_that(boolean guarded) {
        List<CallEnd> ends = new CopyOnWriteArrayList<>();
        ToolCallExecutor.Builder settings = executor()
                .threadFactory(StreamedRoundGuardTest::endedOnStart)
                .listener(event -> {
                    if (event instanceof RoundEvent.CallEnded ended) {
                        ends.add(ended.end());
                    }
                });
        if (guarded) {
            settings.roundGuard(calls -> {
                Thread.currentThread().interrupt();
                return RoundGuard.Where.ANYWHERE;
            });
        } else {
            Thread.currentThread().interrupt();
        }
        ToolCallExecutor executor = settings.build();
        StreamedRound round = streamedRound(executor);
        List<ToolTask> rest = List.of(task(executor, "write"), task(executor, "read"));
        round.await(rest, rest);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(round.interrupted()).isTrue();
        assertThat(round.results()).extracting(CallResult::attempts).containsExactly(0, 0);
        assertThat(ends).containsExactly(CallEnd.CANCELLED, CallEnd.CANCELLED);
        assertThat(rest.get(0).outcome().message())
                .isEqualTo("tool 'write' was not started: the calling thread was interrupted");
    }

    @Test
    void nothing_starts_early_if_the_thread_that_reports_it_is_interrupted_while_a_guard_works() {
        guard.set(calls -> {
            Thread.currentThread().interrupt();
            return RoundGuard.Where.ANYWHERE;
        });
        boolean may = executor.rounds().mayStartEarly(List.of(task(executor, "write")));
        assertThat(Thread.interrupted()).isTrue();
        assertThat(may).isFalse();
    }

    @Test
    void to_ask_whether_a_call_may_start_early_does_not_look_at_those_before() {
        List<ToolCall> last = new ArrayList<>();
        guard.set(calls -> {
            last.add(calls.get(calls.size() - 1));
            return RoundGuard.Where.ANYWHERE;
        });
        List<ToolTask> all = List.of(task(executor, "read"), task(executor, "write"), task(executor, "pure"));
        List<Integer> looked = new ArrayList<>();
        List<RoundCall> noting = new AbstractList<>() {
            @Override
            public RoundCall get(int index) {
                looked.add(index);
                return all.get(index);
            }

            @Override
            public int size() {
                return all.size();
            }
        };
        assertThat(executor.rounds().mayStartEarly(noting)).isTrue();
        assertThat(looked).containsExactly(2);
        assertThat(last).containsExactly(all.get(2).call());
    }
}
