package dev.interlock.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.Outcome;
import dev.interlock.call.ToolCall;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every order in which rounds within one another on one thread, which all interrupt it, and another thread, which does
 * so too, can act on its one flag. No tool takes the flag here, since then it cannot be told who has set it.
 */
class InterruptFlagTest {

    /** How a level's round runs its call on the owner. */
    private enum Kind {
        /** With a schedule, in one attempt. */
        DISPATCHED,
        /** With a schedule, and interrupted in its first attempt only. */
        ATTEMPT,
        /** Alone; a cancel interrupts the owner. */
        ALONE,
        /** Alone, until a rescuer takes the round over while the call runs. */
        TAKEN_OVER
    }

    private enum Step {
        BEGIN,
        LEAVE_ATTEMPT,
        END_CALL,
        END_ROUND,
        ROUND_INTERRUPTS,
        ANOTHER_INTERRUPTS
    }

    /** A step of a level's round, or of another thread. */
    private record Act(Step step, int level) {}

    private static final Act ANOTHER = new Act(Step.ANOTHER_INTERRUPTS, -1);

    private static final ToolBinding TOOL =
            ToolCallExecutor.builder().build().rounds().bind(ToolDefinition.of("tool", c -> null));

    private static final CallControl UNUSED = (CallControl) Proxy.newProxyInstance(
            CallControl.class.getClassLoader(), new Class<?>[] {CallControl.class}, (proxy, method, arguments) -> {
                throw new AssertionError("asked for " + method);
            });

    private final List<Kind> kinds = new ArrayList<>();
    private int orders;

    @AfterEach
    void clearFlag() {
        Thread.interrupted();
    }

    /** Each digit is the kind of a level, from the outermost on. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0", "1", "2", "3", "00", "01", "02", "03", "10", "11", "12", "13", "20", "21", "22", "23", "30", "31",
                "32", "33", "000", "111", "222", "333", "011", "211", "112", "201", "120", "310", "132"
            })
    void each_interrupt_reaches_those_whom_it_is_meant_for_and_no_other(String levels) {
        levels.chars().forEach(kind -> kinds.add(Kind.values()[kind - '0']));
        List<Act> ofThread = new ArrayList<>();
        List<Act> others = new ArrayList<>(List.of(ANOTHER));
        for (int level = kinds.size() - 1; level >= 0; level--) {
            ofThread.add(0, new Act(Step.BEGIN, level));
            if (kinds.get(level) == Kind.ATTEMPT) {
                ofThread.add(new Act(Step.LEAVE_ATTEMPT, level));
            }
            ofThread.add(new Act(Step.END_CALL, level));
            ofThread.add(new Act(Step.END_ROUND, level));
            others.add(new Act(Step.ROUND_INTERRUPTS, level));
        }
        merge(new ArrayList<>(), ofThread, others);
        others.remove(ANOTHER);
        merge(new ArrayList<>(), ofThread, others);
        assertThat(orders).isGreaterThan(ofThread.size());
    }

    @Test
    void a_flag_that_a_tool_has_taken_was_set_by_a_round_whose_interrupt_is_in_force_or_from_outside() {
        InterruptFlag flag = new InterruptFlag();
        flag.send(Thread.currentThread(), 0, true);
        flag.send(Thread.currentThread(), 1, true);
        assertThat(Thread.interrupted()).isTrue();
        flag.taken(1);
        assertThat(flag.isFromOutside()).isFalse();
        assertThat(flag.isFromAround(1)).isTrue();
        flag.taken(0);
        assertThat(flag.isForOthers(1)).isFalse();
        flag.taken(0);
        assertThat(flag.isFromOutside()).isTrue();
    }

    @Test
    void an_interrupt_that_comes_after_a_wait_has_taken_the_one_before_stays_in_force() {
        InterruptFlag flag = new InterruptFlag();
        flag.send(Thread.currentThread(), 0, true);
        assertThat(Thread.interrupted()).isTrue();
        flag.send(Thread.currentThread(), 0, true);
        flag.taken(0);
        flag.takeOwn(0);
        assertThat(flag.isFromOutside()).isFalse();
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void a_flag_that_is_borrowed_ends_no_interrupt() {
        InterruptFlag flag = new InterruptFlag();
        assertThat(flag.borrow()).isFalse();
        flag.send(Thread.currentThread(), 1, true);
        assertThat(flag.borrow()).isTrue();
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        assertThat(flag.isFromAround(2)).isTrue();
        flag.set();
        assertThat(flag.take(1)).isTrue();
        assertThat(flag.isFromOutside()).isFalse();
        Thread.currentThread().interrupt();
        assertThat(flag.borrow()).isTrue();
        assertThat(flag.isFromOutside()).isTrue();
    }

    @Test
    void a_set_flag_concerns_rounds_within_the_one_that_sent_it_or_all_if_it_comes_from_outside() {
        InterruptFlag flag = new InterruptFlag();
        assertThat(flag.concerns(0)).isTrue();
        flag.send(Thread.currentThread(), 1, true);
        assertThat(flag.concerns(0)).isFalse();
        assertThat(flag.concerns(1)).isFalse();
        assertThat(flag.concerns(2)).isTrue();
        flag.take(0);
        Thread.currentThread().interrupt();
        flag.send(Thread.currentThread(), 1, true);
        assertThat(flag.concerns(1)).isTrue();
    }

    private void merge(List<Act> done, List<Act> ofThread, List<Act> others) {
        if (ofThread.isEmpty() && others.isEmpty()) {
            orders++;
            new Run(done).carryOut();
            return;
        }
        if (!ofThread.isEmpty()) {
            done.add(ofThread.get(0));
            merge(done, ofThread.subList(1, ofThread.size()), others);
            done.remove(done.size() - 1);
        }
        for (int i = 0; i < others.size(); i++) {
            List<Act> left = new ArrayList<>(others);
            done.add(left.remove(i));
            merge(done, ofThread, left);
            done.remove(done.size() - 1);
        }
    }

    private static final class Call extends RoundCall {

        Call() {
            super(TOOL);
        }

        @Override
        protected ToolCall call() {
            return Fixtures.call("tool");
        }

        @Override
        protected Object run() {
            throw new AssertionError("no body runs here");
        }
    }

    /** A round and its call. */
    private static final class Level {
        final OwnerThread owner = new OwnerThread();
        final DrivenCall call = new Call().driven();
        Within around = Within.current();

        /** Whether an interrupt of the round has been sent, and not been taken back. */
        boolean inForce;

        boolean begun;
        boolean ended;
        boolean sent;
    }

    /** One order, carried out on the current thread. */
    private final class Run {
        private final List<Act> order;
        private final List<Level> levels = new ArrayList<>();
        private boolean mustStay;
        private boolean mayStay;

        Run(List<Act> order) {
            this.order = order;
            for (Kind kind : kinds) {
                Level level = new Level();
                levels.add(level);
                if (kind != Kind.ALONE) {
                    level.call.drivenBy(UNUSED);
                }
            }
        }

        void carryOut() {
            for (Act act : order) {
                carryOut(act);
            }
            boolean flag = Thread.interrupted();
            if (mustStay || !mayStay) {
                assertThat(flag).as("%s of %s", order, kinds).isEqualTo(mayStay);
            }
        }

        private void carryOut(Act act) {
            if (act.step() == Step.ANOTHER_INTERRUPTS) {
                mayStay = true;
                mustStay |= levels.stream().noneMatch(level -> level.inForce);
                Thread.currentThread().interrupt();
                return;
            }
            Level level = levels.get(act.level());
            Kind kind = kinds.get(act.level());
            switch (act.step()) {
                case BEGIN -> begin(level, kind);
                case ROUND_INTERRUPTS -> interrupt(level, kind);
                case LEAVE_ATTEMPT -> {
                    level.call.thread().leaveAttempt();
                    level.inForce = false;
                    level.sent = true;
                }
                case END_CALL -> {
                    BodyRun run = new BodyRun(0, 0, new Outcome.Succeeded(null), null);
                    level.owner.endCall(level.call, run, false);
                    level.inForce = false;
                    level.sent |= kind != Kind.ALONE;
                }
                case END_ROUND -> end(act.level(), level, kind);
                case ANOTHER_INTERRUPTS -> throw new AssertionError("handled above");
            }
        }

        private void begin(Level level, Kind kind) {
            level.begun = true;
            level.around = Within.current();
            level.owner.own(level.around.levelHere());
            if (kind == Kind.ALONE || kind == Kind.TAKEN_OVER) {
                level.owner.beginCalls();
                level.around.withOwner(level.owner).enter();
                if (kind == Kind.TAKEN_OVER) {
                    level.call.thread().enter(Thread.currentThread(), level.owner.level());
                    level.owner.dispatchedBy(why -> {}, UNUSED);
                }
                return;
            }
            level.call.thread().enter(Thread.currentThread(), level.owner.level());
            if (kind == Kind.ATTEMPT) {
                level.call.thread().enterAttempt(1);
            }
            level.around.withCall(level.call, null).enter();
        }

        private void interrupt(Level level, Kind kind) {
            if (kind == Kind.ALONE) {
                level.inForce |= level.begun && !level.ended;
                level.owner.cancel("enough");
            } else {
                level.inForce |= level.begun && !level.sent;
                level.call.thread().interrupt(kind == Kind.ATTEMPT ? 1 : 0, "tool 't'");
            }
        }

        private void end(int at, Level level, Kind kind) {
            level.around.restore();
            level.owner.takeFlag();
            if (kind == Kind.ALONE) {
                level.owner.endCalls();
            }
            level.owner.restoreFlag();
            level.inForce = false;
            level.ended = true;
            if (levels.subList(0, at).stream().anyMatch(outer -> outer.inForce)) {
                assertThat(Thread.currentThread().isInterrupted())
                        .as("level %d of %s, %s", at, order, kinds)
                        .isTrue();
            }
        }
    }
}
