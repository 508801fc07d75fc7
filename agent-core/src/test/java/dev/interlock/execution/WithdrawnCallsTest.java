package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.await;
import static dev.interlock.execution.Fixtures.blockUntilInterrupted;
import static dev.interlock.execution.Fixtures.streamedRound;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.interlock.call.Outcome;
import dev.interlock.effect.Access;
import dev.interlock.effect.Effects;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls that integrations take back, or do not want run at all. */
@Timeout(60)
class WithdrawnCallsTest {

    private static final String WHY = "the model did not make it";

    private final CountDownLatch release = new CountDownLatch(1);
    private final List<String> ran = new CopyOnWriteArrayList<>();

    /** Notes that it ran. */
    private final class Task extends ToolTask {

        Task(ToolCallExecutor executor, String name, Effects effects, ToolBody body) {
            super(executor, name, effects, body);
        }

        Task(Task same) {
            super(same.binding(), same.body());
        }

        @Override
        protected @Nullable Object run() throws Exception {
            ran.add(call().tool());
            return super.run();
        }
    }

    private Task waiting(ToolCallExecutor executor, String name, Effects effects) {
        return new Task(executor, name, effects, call -> {
            await(release);
            return name;
        });
    }

    @Test
    void a_call_that_waits_does_not_start_and_what_waits_for_it_does() throws Exception {
        ToolCallExecutor executor = ToolCallExecutor.builder().build();
        StreamedRound round = streamedRound(executor);
        Task first = waiting(executor, "first", Effects.writes("a"));
        Task withdrawn = new Task(executor, "withdrawn", Effects.writes("a").and(Effects.writes("b")), call -> null);
        Task last = new Task(executor, "last", Effects.reads("b"), call -> "last");
        List.of(first, withdrawn, last).forEach(round::admit);
        await(first.started);

        round.withdraw(withdrawn, WHY);

        assertThat(withdrawn.outcome())
                .isEqualTo(new Outcome.Cancelled("tool 'withdrawn' was not started: " + WHY, false));
        release.countDown();
        round.await();
        assertThat(ran).containsExactly("first", "last");
        assertThat(last.outcome()).isEqualTo(new Outcome.Succeeded("last"));
    }

    @Test
    void a_read_that_runs_is_interrupted() throws Exception {
        ToolCallExecutor executor = ToolCallExecutor.builder().build();
        StreamedRound round = streamedRound(executor);
        Task read = new Task(executor, "read", Effects.reads("a"), call -> {
            blockUntilInterrupted();
            return null;
        });
        round.admit(read);
        await(read.started);

        round.withdraw(read, WHY);

        round.await();
        assertThat(read.outcome()).isInstanceOf(Outcome.Cancelled.class);
        assertThat(read.outcome().message()).endsWith(WHY);
    }

    @Test
    void a_write_that_runs_goes_on_so_that_what_comes_of_it_is_known() throws Exception {
        ToolCallExecutor executor = ToolCallExecutor.builder().build();
        StreamedRound round = streamedRound(executor);
        Task write = waiting(executor, "write", Effects.writes("a"));
        round.admit(write);
        await(write.started);

        round.withdraw(write, WHY);

        release.countDown();
        round.await();
        assertThat(write.outcome()).isEqualTo(new Outcome.Succeeded("write"));
    }

    @Test
    void a_read_whose_outcome_others_have_goes_on() throws Exception {
        ToolCallExecutor executor = ToolCallExecutor.builder().coalescing(true).build();
        StreamedRound round = streamedRound(executor);
        Task leader = waiting(executor, "read", Effects.reads("a"));
        Task follower = new Task(leader);
        round.admit(leader);
        round.admit(follower);
        await(leader.started);

        round.withdraw(leader, WHY);

        release.countDown();
        round.await();
        assertThat(follower.outcome()).isEqualTo(new Outcome.Succeeded("read"));
        assertThat(ran).hasSize(1);
    }

    @Test
    void a_read_whose_outcome_only_withdrawn_calls_have_is_interrupted() throws Exception {
        ToolCallExecutor executor = ToolCallExecutor.builder().coalescing(true).build();
        StreamedRound round = streamedRound(executor);
        Task leader = waiting(executor, "read", Effects.reads("a"));
        Task one = new Task(leader);
        Task other = new Task(leader);
        List.of(leader, one, other).forEach(round::admit);
        await(leader.started);

        List.of(one, leader, other).forEach(call -> round.withdraw(call, WHY));

        round.await();
        assertThat(leader.outcome()).isInstanceOf(Outcome.Cancelled.class);
        assertThat(List.of(one, other))
                .extracting(call -> call.outcome().message())
                .containsOnly("tool 'read' was not started: " + WHY);
    }

    @Test
    void no_later_call_has_its_outcome() throws Exception {
        ToolCallExecutor executor = ToolCallExecutor.builder().coalescing(true).build();
        StreamedRound round = streamedRound(executor);
        Task withdrawn = waiting(executor, "read", Effects.reads("a"));
        round.admit(withdrawn);
        await(withdrawn.started);
        round.withdraw(withdrawn, WHY);

        Task later = new Task(withdrawn);
        round.admit(later);

        release.countDown();
        round.await();
        assertThat(later.outcome()).isEqualTo(new Outcome.Succeeded("read"));
        assertThat(ran).hasSize(2);
    }

    @Test
    void a_round_that_fails_fast_goes_on_without_it() throws Exception {
        ToolCallExecutor executor = ToolCallExecutor.builder().failFast(true).build();
        StreamedRound round = streamedRound(executor);
        Task other = waiting(executor, "other", Effects.reads("b"));
        Task read = waiting(executor, "read", Effects.reads("a"));
        round.admit(other);
        round.admit(read);
        await(read.started);
        await(other.started);

        round.withdraw(read, WHY);

        release.countDown();
        round.await();
        assertThat(other.outcome()).isEqualTo(new Outcome.Succeeded("other"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_call_that_is_ruled_out_runs_nothing_and_asks_nobody(boolean dispatched) {
        List<String> asked = new CopyOnWriteArrayList<>();
        Effects computed = Effects.of(call -> {
            asked.add("effects");
            return List.of(Access.write("a"));
        });
        ToolCallExecutor.Builder builder = ToolCallExecutor.builder();
        if (dispatched) {
            builder.interceptor(call -> {
                asked.add("interceptor");
                return call.proceed();
            });
        } else {
            builder.maxConcurrency(1);
        }
        ToolCallExecutor executor = builder.build();
        Task ruledOut = new Task(executor, "refused", computed, call -> "ran");
        ruledOut.ruleOut("its arguments are cut off");

        executor.rounds().round(List.of(ruledOut)).execute();

        assertThat(ruledOut.outcome().isSuccess()).isFalse();
        assertThat(ruledOut.outcome().message()).isEqualTo("its arguments are cut off");
        assertThat(asked).isEmpty();
        assertThat(ran).isEmpty();
    }

    @Test
    void a_ruled_out_call_of_a_streamed_round_has_its_outcome_at_once_and_holds_up_nobody() throws Exception {
        ToolCallExecutor executor = ToolCallExecutor.builder().chaining(true).build();
        StreamedRound round = streamedRound(executor);
        Task ruledOut = new Task(executor, "refused", Effects.exclusive(), call -> "ran");
        ruledOut.ruleOut("no");
        round.admit(ruledOut);
        assertThat(ruledOut.outcome().message()).isEqualTo("no");
        Task next = new Task(executor, "next", Effects.writes("a"), call -> "ran");
        round.admit(next);

        round.await();

        assertThat(ran).containsExactly("next");
    }

    @Test
    void a_call_that_belongs_to_a_round_cannot_be_ruled_out() {
        ToolCallExecutor executor = ToolCallExecutor.builder().build();
        Task task = new Task(executor, "task", Effects.reads("a"), call -> "ran");
        executor.rounds().round(List.of(task)).execute();

        assertThatIllegalStateException()
                .isThrownBy(() -> task.ruleOut("no"))
                .withMessageContaining("'task' is already in a round");
    }
}
