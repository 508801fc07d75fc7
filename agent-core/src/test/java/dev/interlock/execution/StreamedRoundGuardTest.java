package dev.interlock.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.CallResult;
import dev.interlock.call.CallResult.ThreadKind;
import dev.interlock.call.ToolCall;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Guards of rounds whose calls come one at a time. */
@Timeout(60)
class StreamedRoundGuardTest extends RunsOnFixture {

    private final AtomicReference<RoundGuard> guard = new AtomicReference<>(calls -> RoundGuard.Where.ANYWHERE);
    private final ToolCallExecutor executor =
            executor().roundGuard(calls -> guard.get().where(calls)).build();

    private StreamedRound begin() {
        return executor.rounds().streamedRound(null, null, executor.rounds().captureContext());
    }

    @Test
    void nothing_may_start_early_unless_all_guards_say_that_it_may_run_anywhere() {
        List<RoundCall> calls = List.of(new Task(executor, "read"));
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
        RoundCall early = new Task(executor, "pure");
        round.admit(early);
        Fixtures.await(running);
        List<List<ToolCall>> asked = new CopyOnWriteArrayList<>();
        guard.set(calls -> {
            asked.add(calls);
            end.countDown();
            return RoundGuard.Where.ON_OWNER;
        });
        List<Task> rest =
                List.of(new Task(executor, "read"), new Task(executor, "exclusive"), new Task(executor, "write"));
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
        RoundCall early = new Task(executor, "read");
        round.admit(early);
        IllegalStateException thrown = new IllegalStateException("not now");
        guard.set(calls -> {
            throw thrown;
        });
        Task left = new Task(executor, "write");
        round.await(List.of(left), List.of(early, left));
        assertThat(early.outcome().isSuccess()).isTrue();
        assertThat(left.outcome().message()).isEqualTo("tool 'write' was not run, its round was refused: not now");
        assertThat(round.failure()).isSameAs(thrown);
    }

    @Test
    void where_all_calls_have_started_there_is_nothing_to_ask() {
        StreamedRound round = begin();
        RoundCall early = new Task(executor, "read");
        round.admit(early);
        guard.set(calls -> {
            throw new IllegalStateException("not now");
        });
        round.await(List.of(), List.of(early));
        assertThat(early.outcome().isSuccess()).isTrue();
        assertThat(round.failure()).isNull();
    }
}
