package dev.interlock.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.board.SearchSteps;
import dev.interlock.call.CallResult.ThreadKind;
import dev.interlock.call.ToolPolicy;
import dev.interlock.durable.PendingKind;
import dev.interlock.effect.Access;
import dev.interlock.share.SharedLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.IntFunction;
import java.util.function.IntUnaryOperator;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the machine does under its driver's lock stays linear in the calls. It counts, it does not measure. */
class ManyPendingCallsTest {

    private static final long MILLI = 1_000_000;
    private static final PendingCause CAUSE = new PendingCause(PendingKind.APPROVAL, "the owner's approval");

    private static final int FEW = 1_000;
    private static final int MANY = 8 * FEW;

    /** A round on the machine alone. */
    private static final class Round {
        private final List<Call> calls = new ArrayList<>();
        private final Schedule schedule;
        private final int half;
        private Actions last = Actions.NONE;

        /** Calls that all write; the limits of calls are in ms, 0 for none. */
        Round(int n, boolean asksFirst, IntFunction<String> writes, IntUnaryOperator limits) {
            half = n / 2;
            for (int i = 0; i < n; i++) {
                int limit = limits.applyAsInt(i);
                ToolPolicy.Builder policy = ToolPolicy.builder();
                Call call = new Call(new ToolTraits(
                        "t" + i,
                        (limit == 0 ? policy : policy.callTimeout(Duration.ofMillis(limit))).build(),
                        List.of(),
                        true,
                        false));
                call.takePlace(1, i);
                List<Access> accesses =
                        Stream.of(writes.apply(i).split(" ")).map(Access::write).toList();
                call.plan(accesses, RunsOn.OWN_THREAD, true);
                calls.add(call);
            }
            schedule = new Schedule(
                    new Limits(n, Limits.NO_LIMIT, Limits.NO_LIMIT, Limits.NO_LIMIT, 10 * MILLI, 100 * MILLI, false),
                    new Sharing(new SharedLimits(false), "conversation", null),
                    Manner.PLAIN.withRunsBeforeTurn(asksFirst),
                    calls);
            at(0).admitAll();
            at(0).begin(null, true, 0);
            last = at(0).next();
        }

        Schedule at(long ms) {
            return schedule.at(ms * MILLI, false);
        }

        long steps() {
            return SearchSteps.of(StateHash.progress(schedule).board);
        }

        void begins(Call call) {
            at(0).launch(call);
            assertThat(at(0).began(call, ThreadKind.VIRTUAL).allowed()).isTrue();
        }

        void pends(Call call) {
            assertThat(at(0).pends(call, CAUSE).allowed()).isTrue();
            at(0).becomesPending(call, null);
        }
    }

    /** Per call, eight times as many calls take at most twice the steps. */
    private static void assertLinear(ToLongFunction<Integer> steps) {
        double few = (double) steps.applyAsLong(FEW) / FEW;
        double many = (double) steps.applyAsLong(MANY) / MANY;
        assertThat(many).isLessThanOrEqualTo(2 * few).isLessThan(10);
    }

    /** All calls conflict, and all are asked about before their turns. */
    private static long stepsToSuspendAChain(int n) {
        Round round = new Round(n, true, i -> "account", i -> 0);
        round.calls.forEach(round::begins);
        round.calls.forEach(round::pends);

        assertThat(round.schedule.isDone()).isTrue();
        assertThat(round.calls).allMatch(call -> "is pending: the owner's approval".equals(call.suspendedAs()));
        return round.steps();
    }

    @Test
    void a_chain_of_pending_calls_is_suspended_in_linear_time() {
        assertLinear(ManyPendingCallsTest::stepsToSuspendAChain);
    }

    /** The first half is pending, each call for itself; each of the rest waits for one of them, and for all before. */
    private static long stepsToSuspendWaitingCalls(int n) {
        Round round = new Round(n, false, i -> i < n / 2 ? "account/" + i : "account", i -> 0);
        List<Call> first = round.calls.subList(0, round.half);
        first.forEach(round::begins);
        first.forEach(round::pends);

        assertThat(round.schedule.isDone()).isTrue();
        assertThat(round.calls.subList(round.half, n))
                .allMatch(call -> "waits for approval of call 1".equals(call.suspendedAs()));
        return round.steps();
    }

    @Test
    void calls_that_wait_for_many_pending_ones_are_suspended_in_linear_time_and_name_the_first() {
        assertLinear(ManyPendingCallsTest::stepsToSuspendWaitingCalls);
    }

    /** The limits of all calls pass together while one call runs. */
    private static long stepsWhenLimitsPass(int n) {
        Round round = new Round(n, false, i -> i == 0 ? "other" : i < n / 2 ? "account/" + i : "account", i -> 50);
        List<Call> first = round.calls.subList(0, round.half);
        first.forEach(round::begins);
        first.subList(1, round.half).forEach(round::pends);
        long before = round.steps();

        round.last = round.at(50).next();

        assertThat(round.last.interrupt().stream().map(Actions.Interrupt::call)).containsExactly(round.calls.get(0));
        assertThat(round.calls).noneMatch(call -> call.settled() != null);
        return round.steps() - before;
    }

    @Test
    void limits_of_calls_that_wait_for_pending_ones_pass_in_linear_time() {
        assertLinear(ManyPendingCallsTest::stepsWhenLimitsPass);
    }

    @Test
    void a_call_that_waits_for_a_pending_one_no_more_is_ended_by_its_limit() {
        String[] writes = {"running", "a", "b", "b running", "a"};
        int[] limits = {0, 0, 0, 50, 20};
        Round round = new Round(writes.length, false, i -> writes[i], i -> limits[i]);
        round.calls.subList(0, 3).forEach(round::begins);
        round.pends(round.calls.get(1));
        round.pends(round.calls.get(2));
        Call waits = round.calls.get(3);

        round.at(20).next();
        assertThat(round.calls.get(4).settled())
                .as("it waits for a pending call")
                .isNull();
        round.at(30).withdrawn(round.calls.get(2), "it is none");
        assertThat(waits.isBlocked()).as("it waits for a running call").isTrue();
        round.at(50).next();

        assertThat(Objects.requireNonNull(waits.settled()).message()).contains("exceeded 50 ms");
        assertThat(round.calls.get(4).settled()).isNull();
    }

    @Test
    void a_call_that_used_what_followed_a_waiting_call_is_ended_by_its_limit_once_that_has_failed() {
        RoundByHand round = RoundByHand.of(
                        CallSpec.writes("b").managed(),
                        CallSpec.writes("running").managed(),
                        CallSpec.reads("a", "b").managed(),
                        CallSpec.reads("a", "b").managed(),
                        CallSpec.writes("running").using(3).managed().callLimit(100),
                        CallSpec.writes("b").managed().callLimit(50))
                .runsBeforeTurn()
                .equalReads()
                .begin();
        List.of(0, 1, 2, 5).forEach(round::begins);
        round.pends(0, PendingKind.APPROVAL);
        List.of(1, 5).forEach(round::wantsTurn);
        assertThat(round.phase(3)).isEqualTo(Phase.FOLLOWING);

        round.at(50).next();
        assertThat(round.interrupted()).as("it waits for a pending call").isEmpty();
        round.at(60).fails(2);
        assertThat(round.call(3).settled()).isNotNull();
        assertThat(round.call(4).isBlocked()).as("it waits for a running call").isTrue();
        round.at(100).next();

        assertThat(round.said(4)).contains("exceeded 100 ms");
        assertThat(round.call(5).settled()).isNull();
    }

    /** One abandoned call keeps half of the calls waiting, another half of them end, and the last is pending. */
    private static long stepsWhenAbandonedCallsEnd(int n) {
        Round round = new Round(
                n,
                false,
                i -> i == n - 1 ? "pending" : i < n / 2 ? "account/" + i : "account/0",
                i -> i < n / 2 ? 50 : 0);
        List<Call> first = round.calls.subList(0, round.half);
        Call pending = round.calls.get(n - 1);
        first.forEach(round::begins);
        round.begins(pending);
        round.pends(pending);
        // Their limits pass, and then their grace periods.
        round.at(50).next();
        round.last = round.at(60).next();
        assertThat(round.last.abandoned()).hasSize(round.half);
        long before = round.steps();

        for (Call ended : first.subList(1, round.half)) {
            round.at(70).released(ended);
        }

        assertThat(round.schedule.isDone()).isFalse();
        return round.steps() - before;
    }

    @Test
    void abandoned_calls_end_in_linear_time_while_others_wait_for_one_of_them() {
        assertLinear(ManyPendingCallsTest::stepsWhenAbandonedCallsEnd);
    }
}
