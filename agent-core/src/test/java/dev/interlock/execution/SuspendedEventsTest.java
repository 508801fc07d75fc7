package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.await;
import static dev.interlock.execution.Fixtures.awaitStubbornly;
import static dev.interlock.execution.Fixtures.call;
import static dev.interlock.execution.Fixtures.streamedRound;
import static dev.interlock.execution.Fixtures.timeout;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.call.ToolCall;
import dev.interlock.durable.CallPendingException;
import dev.interlock.durable.Decision;
import dev.interlock.durable.SuspendedCall;
import dev.interlock.durable.SuspendedRound;
import dev.interlock.effect.Effects;
import dev.interlock.event.CallEnd;
import dev.interlock.event.RoundEvent;
import dev.interlock.event.RoundReport;
import dev.interlock.event.TimeKind;
import dev.interlock.event.Wait;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What listeners are told of suspended rounds, and what integrations see of them. */
@Timeout(60)
class SuspendedEventsTest extends SuspendFixture {

    private final List<RoundEvent> events = new CopyOnWriteArrayList<>();

    private RoundReport report() {
        return events.stream()
                .filter(RoundEvent.RoundEnded.class::isInstance)
                .map(event -> ((RoundEvent.RoundEnded) event).report())
                .reduce((first, second) -> second)
                .orElseThrow();
    }

    private Stream<RoundEvent.CallEnded> ends() {
        return events.stream().filter(RoundEvent.CallEnded.class::isInstance).map(RoundEvent.CallEnded.class::cast);
    }

    @Test
    void each_call_is_told_of_to_its_end_in_both_rounds_and_the_reports_have_all() {
        ToolCallExecutor executor = desk().listener(events::add).build();
        SuspendedRound round = suspended(
                executor,
                call("tell", "id", "1"),
                call("pay", "id", "1"),
                call("balance", "id", "1"),
                call("pay", "id", "2"));
        assertThat(report().isSuspended()).isTrue();
        assertThat(report().traces())
                .extracting(trace -> trace.end())
                .containsExactly(CallEnd.OK, CallEnd.SUSPENDED, CallEnd.SUSPENDED, CallEnd.SUSPENDED);
        assertThat(report().results().get(1).outcome().message())
                .contains("tool 'pay'")
                .endsWith("it is pending: the owner's approval");
        assertThat(report().results().get(2).outcome().message()).endsWith("it waits for approval of call 2");
        assertThat(events.stream()
                        .filter(event -> event instanceof RoundEvent.CallWaiting waiting
                                && waiting.waitsFor() instanceof Wait.ForDecision)
                        .map(event -> ((RoundEvent.CallWaiting) event).index()))
                .containsExactlyInAnyOrder(1, 3);
        assertThat(ends()).hasSize(4);

        events.clear();
        executor.resume(round, Map.of(1, Decision.approved(), 3, Decision.refused("no")), tools);
        assertThat(ends().map(RoundEvent.CallEnded::index)).containsExactlyInAnyOrder(1, 2, 3);
        assertThat(events.stream().filter(event -> event instanceof RoundEvent.CallEvent told && told.index() == 0))
                .isEmpty();
        RoundReport resumed = report();
        assertThat(resumed.isSuspended()).isFalse();
        assertThat(resumed.results()).hasSize(4);
        assertThat(resumed.traces())
                .extracting(trace -> trace.end())
                .containsExactly(CallEnd.OK, CallEnd.OK, CallEnd.OK, CallEnd.REJECTED);
        assertThat(resumed.results().get(0).duration()).isZero();
        assertThat(resumed.results().get(0).start()).isEqualTo(resumed.start());
        assertThat(resumed.timeline()).isNotEmpty();
        assertThat(resumed.traces())
                .extracting(trace -> trace.endedBefore())
                .containsExactly(true, false, false, false);

        SuspendedRound again = suspended(executor, call("pay", "id", "1"), call("pay", "id", "2"));
        SuspendedRound refused = suspended(() -> executor.resume(again, Map.of(0, Decision.refused("no")), tools));
        executor.resume(refused, Map.of(1, Decision.approved()), tools);
        assertThat(report().traces()).extracting(trace -> trace.end()).containsExactly(CallEnd.REJECTED, CallEnd.OK);
        assertThat(report().unsuccessful()).isZero();
        assertThat(report().calls()).isEqualTo(1);
    }

    @Test
    void the_time_in_which_a_call_is_pending_is_told_as_that() throws Exception {
        FakeTime time = new FakeTime();
        CountDownLatch pending = new CountDownLatch(1);
        CountDownLatch slowRuns = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        ToolSet slow = ToolSet.of(
                Objects.requireNonNull(tools.find("print")), ToolDefinition.of("slow", Effects.writes("slow"), call -> {
                    slowRuns.countDown();
                    await(goOn);
                    return "slept";
                }));
        ToolCallExecutor executor = ToolCallExecutor.builder()
                .time(time)
                .listener(events::add)
                .listener(tells(pending))
                .build();
        var running = Fixtures.start(executor, slow, call("print", "id", "1"), call("slow"));
        await(pending);
        await(slowRuns);
        time.advance(Duration.ofSeconds(5));
        goOn.countDown();
        suspended(running::get);
        assertThat(report().traces().get(0).time(TimeKind.PENDING)).isEqualTo(Duration.ofSeconds(5));
        assertThat(report().results().get(0).duration()).isZero();
        assertThat(report().sequentialTime()).isEqualTo(Duration.ofSeconds(5));
        assertThat(report().speedup()).isEqualTo(1.0);
        assertThat(report().timeSaved()).isZero();
    }

    @Test
    void a_round_that_its_owner_begins_alone_tells_the_same() {
        FakeTime time = new FakeTime();
        ToolCallExecutor executor =
                ToolCallExecutor.builder().time(time).listener(events::add).build();
        ToolSet undeclared = ToolSet.of(ToolDefinition.of("before", this::body), ToolDefinition.of("print", call -> {
            time.advance(Duration.ofSeconds(3));
            throw new CallPendingException("a job");
        }));
        suspended(() -> executor.execute(List.of(call("before"), call("print"), call("before")), undeclared));
        assertThat(report().traces())
                .extracting(trace -> trace.end())
                .containsExactly(CallEnd.OK, CallEnd.SUSPENDED, CallEnd.SUSPENDED);
        assertThat(events.stream().filter(RoundEvent.CallAttemptEnded.class::isInstance))
                .hasSize(2);
        assertThat(ends()).hasSize(3);
        assertThat(report().results())
                .extracting(CallResult::duration)
                .containsExactly(Duration.ZERO, Duration.ofSeconds(3), Duration.ZERO);
    }

    // Integrations.

    private static final class Task extends ToolTask {

        Task(ToolCallExecutor executor, ToolDefinition tool, ToolCall call) {
            super(executor, tool, call);
        }

        @Override
        protected Object keepable(Object value) {
            return "kept: " + value;
        }
    }

    private List<Task> tasks(ToolCallExecutor executor, ToolCall... calls) {
        return Stream.of(calls)
                .map(call -> new Task(executor, Objects.requireNonNull(tools.find(call.tool())), call))
                .toList();
    }

    @Test
    void an_integration_asks_its_round_and_resumes_it_with_calls_of_its_own() {
        ToolCallExecutor executor = desk().build();
        ToolCall[] calls = {call("tell", "id", "1"), call("pay", "id", "1")};
        Round round = executor.rounds().round(tasks(executor, calls));
        round.execute();
        SuspendedRound suspended = Objects.requireNonNull(round.suspended());
        assertThat(((SuspendedCall.Ended) suspended.calls().get(0)).result().outcome())
                .isEqualTo(new Outcome.Succeeded("kept: tell done 1"));
        List<Task> again = tasks(executor, calls);
        Round resumed = executor.rounds()
                .resumed(
                        suspended.decide(Map.of(1, Decision.approved())),
                        again,
                        null,
                        "conversation",
                        executor.rounds().captureContext());
        resumed.execute();
        assertThat(resumed.suspended()).isNull();
        assertThat(again.get(0).outcome()).isEqualTo(new Outcome.Succeeded("kept: tell done 1"));
        assertThat(again.get(1).outcome()).isEqualTo(new Outcome.Succeeded("pay done 1"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> executor.rounds()
                        .resumed(
                                suspended,
                                List.of(),
                                null,
                                null,
                                executor.rounds().captureContext()))
                .withMessageContaining("2 calls, but was given 0");
    }

    @Test
    void a_streamed_round_is_suspended_when_it_is_awaited_and_not_before() throws Exception {
        CountDownLatch pending = new CountDownLatch(1);
        ToolCallExecutor executor = desk().listener(tells(pending)).build();
        StreamedRound round = streamedRound(executor);
        List<Task> tasks = tasks(executor, call("pay", "id", "1"), call("tell", "id", "1"));
        round.admit(tasks.get(0));
        await(pending);
        round.admit(tasks.get(1));
        round.await();
        SuspendedRound suspended = Objects.requireNonNull(round.suspended());
        assertThat(suspended.pending()).containsExactly(0);
        assertThat(ran).containsExactly("tell 1");
        assertThat(threads).hasValue(0);
    }

    @Test
    void a_streamed_round_that_is_confined_at_its_end_leaves_no_call_pending() throws Exception {
        CountDownLatch pending = new CountDownLatch(1);
        ToolCallExecutor executor = executor()
                .listener(tells(pending))
                .roundGuard(calls -> calls.size() < 2 ? RoundGuard.Where.ANYWHERE : RoundGuard.Where.ON_OWNER)
                .build();
        StreamedRound round = streamedRound(executor);
        List<Task> tasks = tasks(executor, call("print", "id", "1"), call("tell", "id", "1"));
        round.admit(tasks.get(0));
        await(pending);
        round.await(tasks.subList(1, 2), tasks);
        assertThat(round.suspended()).isNull();
        List<CallResult> results = round.results();
        assertThat(results.get(0).outcome().message()).contains("cannot be pending");
        assertThat(results.get(1).isSuccess()).isTrue();
    }

    @Test
    void a_round_rests_only_when_what_waits_for_an_abandoned_call_is_over() throws Exception {
        FakeTime time = new FakeTime();
        CountDownLatch runs = new CountDownLatch(1);
        CountDownLatch ends = new CountDownLatch(1);
        ToolSet stubborn = ToolSet.of(
                Objects.requireNonNull(tools.find("print")),
                ToolDefinition.of("stubborn", Effects.writes("a"), call -> {
                    runs.countDown();
                    awaitStubbornly(ends);
                    return "late";
                }),
                ToolDefinition.of("read", Effects.reads("a"), this::body));
        CountDownLatch abandoned = new CountDownLatch(1);
        ToolCallExecutor executor = ToolCallExecutor.builder()
                .time(time)
                .gracePeriod(Duration.ofSeconds(1))
                .heldResourceTimeout(Duration.ofSeconds(10))
                .policy("stubborn", timeout(Duration.ofSeconds(1)))
                .listener(event -> {
                    if (event instanceof RoundEvent.CallAbandoned) {
                        abandoned.countDown();
                    }
                })
                .build();
        var running = Fixtures.start(executor, stubborn, call("print", "id", "1"), call("stubborn"), call("read"));
        await(runs);
        time.awaitParkedUntil(Duration.ofSeconds(1));
        time.advance(Duration.ofSeconds(1));
        time.awaitParkedUntil(Duration.ofSeconds(2));
        time.advance(Duration.ofSeconds(1));
        await(abandoned);
        time.awaitParkedUntil(Duration.ofSeconds(12));
        assertThat(running.results()).isNotDone();
        ends.countDown();
        SuspendedRound round = suspended(running::get);
        assertThat(state(round, 1)).isEqualTo("ended");
        assertThat(state(round, 2)).isEqualTo("ended");
        assertThat(ran).contains("read ");
    }
}
