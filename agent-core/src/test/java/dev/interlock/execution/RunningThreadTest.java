package dev.interlock.execution;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Every order in which a call's thread, its round and an outside thread can act on one interrupt flag: each step is
 * atomic, by the monitor, so there are no others.
 */
class RunningThreadTest {

    private enum Step {
        ENTER,
        ATTEMPT_1,
        BODY_1,
        LEAVE_1,
        ATTEMPT_2,
        BODY_2,
        LEAVE_2,
        LEAVE,
        // What others do.
        ROUND_INTERRUPTS_CALL,
        ROUND_INTERRUPTS_ATTEMPT_1,
        ROUND_INTERRUPTS_ATTEMPT_2,
        SOMEBODY_INTERRUPTS
    }

    private static final List<Step> MANAGED = List.of(
            Step.ENTER,
            Step.ATTEMPT_1,
            Step.BODY_1,
            Step.LEAVE_1,
            Step.ATTEMPT_2,
            Step.BODY_2,
            Step.LEAVE_2,
            Step.LEAVE);

    private static final List<Step> PLAIN = List.of(Step.ENTER, Step.BODY_1, Step.LEAVE);

    private static final Set<Step> BY_THE_ROUND =
            EnumSet.of(Step.ROUND_INTERRUPTS_CALL, Step.ROUND_INTERRUPTS_ATTEMPT_1, Step.ROUND_INTERRUPTS_ATTEMPT_2);

    private int orders;

    @AfterEach
    void clearFlag() {
        Thread.interrupted();
    }

    @Test
    void an_interrupt_of_the_round_is_seen_where_it_is_meant_to_be_and_never_stays_behind() {
        eachOrder(MANAGED, List.copyOf(BY_THE_ROUND), RunningThreadTest::checkManaged);
        assertThat(orders).isEqualTo(990);
    }

    @Test
    void an_interrupt_of_the_round_may_come_twice() {
        List<Step> others =
                List.of(Step.ROUND_INTERRUPTS_ATTEMPT_1, Step.ROUND_INTERRUPTS_ATTEMPT_1, Step.ROUND_INTERRUPTS_CALL);
        eachOrder(MANAGED, others, RunningThreadTest::checkManaged);
    }

    @Test
    void an_interrupt_of_somebody_else_stays_unless_the_round_interrupts_too() {
        List<Step> others =
                List.of(Step.ROUND_INTERRUPTS_CALL, Step.ROUND_INTERRUPTS_ATTEMPT_2, Step.SOMEBODY_INTERRUPTS);
        eachOrder(MANAGED, others, order -> {
            Run run = new Run(order);
            boolean afterLeave = order.indexOf(Step.SOMEBODY_INTERRUPTS) > order.indexOf(Step.LEAVE);
            if (afterLeave || !run.roundInterrupted) {
                assertThat(run.flagAtTheEnd).as("%s", order).isTrue();
            }
        });
    }

    @Test
    void what_somebody_else_did_to_the_owner_before_the_round_is_known_and_only_that() {
        List<Step> others = List.of(Step.ROUND_INTERRUPTS_CALL, Step.SOMEBODY_INTERRUPTS);
        eachOrder(PLAIN, others, order -> {
            Run run = new Run(order);
            int round = order.indexOf(Step.ROUND_INTERRUPTS_CALL);
            boolean reached = round > order.indexOf(Step.ENTER) && round < order.indexOf(Step.LEAVE);
            assertThat(run.thread.isInterruptedByRound()).as("%s", order).isEqualTo(reached);
            assertThat(run.interruptedBefore)
                    .as("%s", order)
                    .isEqualTo(reached && order.indexOf(Step.SOMEBODY_INTERRUPTS) < round);
        });
    }

    @Test
    void a_thread_that_fails_to_be_interrupted_counts_as_interrupted() {
        RunningThread running = new RunningThread();
        running.enter(new Thread() {
            @Override
            public void interrupt() {
                throw new IllegalStateException("no");
            }
        });
        running.interrupt(0, "tool 't'");
        assertThat(running.isInterruptedByRound()).isTrue();
        assertThat(running.explains(new RuntimeException("any"), false)).isTrue();
    }

    @Test
    void a_failure_on_the_owner_is_an_interrupt_by_its_causes_too() {
        RunningThread running = new RunningThread();
        Exception wrapped = new IllegalStateException(new RuntimeException(new InterruptedException()));
        assertThat(running.explains(wrapped, true)).isTrue();
        assertThat(running.explains(wrapped, false)).isFalse();
        assertThat(running.explains(new IllegalStateException("own"), true)).isFalse();
    }

    private static void checkManaged(List<Step> order) {
        Run run = new Run(order);
        assertThat(run.flagAtTheEnd).as("%s", order).isFalse();
        assertThat(run.seenInBody1)
                .as("%s", order)
                .isEqualTo(comesBetween(order, Step.ROUND_INTERRUPTS_CALL, Step.ENTER, Step.BODY_1)
                        || comesBetween(order, Step.ROUND_INTERRUPTS_ATTEMPT_1, Step.ATTEMPT_1, Step.BODY_1));
        assertThat(run.seenInBody2)
                .as("%s", order)
                .isEqualTo(comesBetween(order, Step.ROUND_INTERRUPTS_CALL, Step.ENTER, Step.BODY_2)
                        || comesBetween(order, Step.ROUND_INTERRUPTS_ATTEMPT_2, Step.ATTEMPT_2, Step.BODY_2));
    }

    private static boolean comesBetween(List<Step> order, Step step, Step after, Step before) {
        return order.subList(order.indexOf(after), order.indexOf(before)).contains(step);
    }

    /** One order, carried out on the current thread. */
    private static final class Run {
        final OwnerThread owner = new OwnerThread();
        final RunningThread thread = new RunningThread();
        boolean seenInBody1;
        boolean seenInBody2;
        boolean roundInterrupted;
        boolean interruptedBefore;
        final boolean flagAtTheEnd;

        Run(List<Step> order) {
            owner.own(null);
            order.forEach(this::carryOut);
            flagAtTheEnd = Thread.interrupted();
        }

        private void carryOut(Step step) {
            switch (step) {
                case ENTER -> thread.enter(Thread.currentThread(), owner.level());
                case ATTEMPT_1 -> thread.enterAttempt(1);
                case ATTEMPT_2 -> thread.enterAttempt(2);
                case BODY_1 -> seenInBody1 = Thread.currentThread().isInterrupted();
                case BODY_2 -> seenInBody2 = Thread.currentThread().isInterrupted();
                case LEAVE_1, LEAVE_2 -> thread.leaveAttempt();
                case LEAVE -> thread.leaveForOthers();
                case ROUND_INTERRUPTS_CALL -> interrupt(0);
                case ROUND_INTERRUPTS_ATTEMPT_1 -> interrupt(1);
                case ROUND_INTERRUPTS_ATTEMPT_2 -> interrupt(2);
                case SOMEBODY_INTERRUPTS -> Thread.currentThread().interrupt();
            }
        }

        private void interrupt(int attempt) {
            thread.interrupt(attempt, "tool 't'");
            roundInterrupted |= thread.isInterruptedByRound();
            interruptedBefore |= owner.level().flag().isFromOutside();
        }
    }

    /** Those that merge the steps of the call's thread, in their order, with those of others, in any. */
    private void eachOrder(List<Step> ofThread, List<Step> others, Consumer<List<Step>> check) {
        merge(new ArrayList<>(), ofThread, others, check);
    }

    private void merge(List<Step> begun, List<Step> ofThread, List<Step> others, Consumer<List<Step>> check) {
        if (ofThread.isEmpty() && others.isEmpty()) {
            orders++;
            check.accept(List.copyOf(begun));
            return;
        }
        if (!ofThread.isEmpty()) {
            begun.add(ofThread.get(0));
            merge(begun, ofThread.subList(1, ofThread.size()), others, check);
            begun.remove(begun.size() - 1);
        }
        for (int i = 0; i < others.size(); i++) {
            List<Step> left = new ArrayList<>(others);
            begun.add(left.remove(i));
            merge(begun, ofThread, left, check);
            begun.remove(begun.size() - 1);
        }
    }
}
