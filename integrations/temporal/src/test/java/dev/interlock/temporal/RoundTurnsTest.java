package dev.interlock.temporal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.Access;
import dev.interlock.temporal.RoundPlan.Terms;
import dev.interlock.temporal.RoundPlan.Touch;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoundTurnsTest {

    private static final int UNLIMITED = Integer.MAX_VALUE;

    @Test
    void a_call_that_conflicts_waits_and_says_for_which() {
        RoundTurns turns = turns(2, write("a"), write("a"), read("b"));

        assertThat(turns.next()).isZero();
        assertThat(turns.next()).isEqualTo(2);
        assertThat(turns.next()).isEqualTo(-1);
        assertThat(turns.blockersOf(1)).containsExactly(0);
        turns.end(0);
        assertThat(turns.next()).isEqualTo(1);
    }

    @Test
    void a_call_that_is_held_takes_no_room_and_keeps_what_it_accesses() {
        RoundTurns turns = turns(1, write("a"), write("a/b"), write("c"));
        turns.hold(0);

        assertThat(turns.next()).isEqualTo(2);
        turns.end(2);
        assertThat(turns.next()).isEqualTo(-1);
        turns.release(0);
        assertThat(turns.next()).isZero();
        turns.end(0);
        assertThat(turns.next()).isEqualTo(1);
    }

    @Test
    void a_call_that_is_paused_gives_its_room_to_another_and_keeps_what_it_accesses() {
        RoundTurns turns = turns(1, write("a"), write("a"), write("c"));

        assertThat(turns.next()).isZero();
        turns.pause(0);
        assertThat(turns.next()).isEqualTo(2);
        turns.end(2);
        assertThat(turns.next()).isEqualTo(-1);
        turns.resume(0);
        assertThat(turns.next()).isZero();
        turns.end(0);
        assertThat(turns.next()).isEqualTo(1);
        turns.end(1);
        assertThat(turns.isDone()).isTrue();
    }

    @Test
    void a_call_that_ends_before_it_had_its_turn_lets_nothing_pass_what_it_waited_for() {
        RoundTurns turns = turns(5, write("a"), write("a"), write("a"));

        assertThat(turns.next()).isZero();
        turns.end(1);
        assertThat(turns.next()).isEqualTo(-1);
        turns.end(0);
        assertThat(turns.next()).isEqualTo(2);
    }

    @Test
    void the_cap_of_a_tool_holds_back_only_that_tool() {
        List<Terms> terms = List.of(
                terms(List.of(), List.of(), 0, 1),
                terms(List.of(), List.of(), 0, 1),
                terms(List.of(), List.of(), 0, 1));
        List<RoundRequest.Call> calls = List.of(call("one"), call("one"), call("other"));
        RoundTurns turns = new RoundTurns(calls, plan(5, terms));

        assertThat(turns.next()).isZero();
        assertThat(turns.next()).isEqualTo(2);
        assertThat(turns.next()).isEqualTo(-1);
        turns.end(0);
        assertThat(turns.next()).isEqualTo(1);
    }

    @Test
    void of_calls_that_may_start_the_higher_priority_comes_first() {
        RoundTurns turns = turns(
                1,
                terms(List.of(), List.of(), 0, UNLIMITED),
                terms(List.of(), List.of(), 5, UNLIMITED),
                terms(List.of(), List.of(), 5, UNLIMITED));

        assertThat(turns.next()).isEqualTo(1);
        turns.end(1);
        assertThat(turns.next()).isEqualTo(2);
        turns.end(2);
        assertThat(turns.next()).isZero();
    }

    @Test
    void a_call_that_is_planned_anew_waits_for_a_later_one_that_has_begun() {
        RoundTurns turns = turns(5, write("a"), write("b"), write("b"), write("a"));
        turns.hold(0);
        assertThat(turns.next()).isEqualTo(1);

        turns.release(0);
        turns.replan(0, write("b"));

        assertThat(turns.next()).isEqualTo(3);
        assertThat(turns.next()).isEqualTo(-1);
        turns.end(1);
        assertThat(turns.next()).isZero();
        assertThat(turns.next()).isEqualTo(-1);
        turns.end(0);
        assertThat(turns.next()).isEqualTo(2);
    }

    @Test
    void a_call_that_runs_again_keeps_its_resources_when_another_is_planned_anew() {
        RoundTurns turns = turns(1, write("a"), write("b"), write("c"));
        turns.hold(0);
        assertThat(turns.next()).isEqualTo(1);
        turns.pause(1);
        assertThat(turns.next()).isEqualTo(2);
        turns.runAgain(1);

        turns.release(0);
        turns.replan(0, write("b"));

        assertThat(turns.blockersOf(0)).containsExactly(1);
        turns.end(2);
        assertThat(turns.next()).isEqualTo(1);
        assertThat(turns.next()).isEqualTo(-1);
        turns.end(1);
        assertThat(turns.next()).isZero();
    }

    @Test
    void a_call_that_has_begun_before_can_be_planned_anew_itself() {
        RoundTurns turns = turns(2, write("a"), write("b"));
        assertThat(turns.next()).isZero();
        assertThat(turns.next()).isEqualTo(1);
        turns.pause(0);
        turns.runAgain(0);
        assertThat(turns.next()).isZero();
        turns.pause(0);
        turns.resume(0);

        turns.replan(0, write("b"));

        assertThat(turns.next()).isEqualTo(-1);
        turns.end(1);
        assertThat(turns.next()).isZero();
    }

    /** Invariant: calls that conflict never run at the same time, and, unless planned anew, in call order. All end. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void random_rounds(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 500; round++) {
            new RandomRound(random.split(), seed + "/" + round).run();
        }
    }

    /** A round in which everything happens that may. */
    private static final class RandomRound {
        private final SplittableRandom random;
        private final String name;
        private final Terms[] terms;
        private final RoundTurns turns;
        private final int cap;
        private final List<Integer> running = new ArrayList<>();
        private final List<Integer> paused = new ArrayList<>();
        private final List<Integer> again = new ArrayList<>();
        private final List<Integer> held = new ArrayList<>();
        private final List<Integer> over = new ArrayList<>();
        private final boolean[] moved;

        RandomRound(SplittableRandom random, String name) {
            this.random = random;
            this.name = name;
            int size = 1 + random.nextInt(7);
            this.terms = new Terms[size];
            for (int call = 0; call < size; call++) {
                List<Integer> references =
                        call > 0 && random.nextInt(4) == 0 ? List.of(random.nextInt(call)) : List.of();
                terms[call] = terms(accesses(), references, random.nextInt(3), 1 + random.nextInt(3));
            }
            this.cap = 1 + random.nextInt(4);
            this.moved = new boolean[size];
            List<RoundRequest.Call> calls = new ArrayList<>();
            for (int call = 0; call < size; call++) {
                calls.add(call("tool" + random.nextInt(2)));
            }
            this.turns = new RoundTurns(calls, plan(cap, List.of(terms)));
            for (int call = 0; call < size; call++) {
                if (random.nextInt(4) == 0) {
                    turns.hold(call);
                    held.add(call);
                }
            }
        }

        private List<Access> accesses() {
            List<Access> accesses = new ArrayList<>();
            for (int i = random.nextInt(3); i > 0; i--) {
                String resource = List.of("a", "a/x", "b", "b/y", "/").get(random.nextInt(5));
                accesses.add(random.nextBoolean() ? Access.write(resource) : Access.read(resource));
            }
            return accesses;
        }

        void run() {
            for (int steps = 0; !turns.isDone(); steps++) {
                assertThat(steps).as("steps of round %s", name).isLessThan(1000);
                startAll();
                step();
            }
            assertThat(over).as("round %s", name).hasSize(terms.length).doesNotHaveDuplicates();
        }

        private void startAll() {
            for (int call = turns.next(); call >= 0; call = turns.next()) {
                assertThat(held).as("round %s", name).doesNotContain(call);
                again.remove((Object) call);
                checkOrder(call);
                running.add(call);
                assertThat(running).as("round %s", name).hasSizeLessThanOrEqualTo(cap);
            }
        }

        private void checkOrder(int call) {
            for (int other = 0; other < terms.length; other++) {
                boolean conflict = other != call && turns.conflict(call, other);
                if (running.contains(other) || paused.contains(other) || again.contains(other)) {
                    assertThat(conflict)
                            .as("%d beside %d in round %s", call, other, name)
                            .isFalse();
                }
                boolean uses = terms[call].references().contains(other);
                if (uses || (conflict && other < call && !moved[call] && !moved[other])) {
                    assertThat(over)
                            .as("%d before %d in round %s", other, call, name)
                            .contains(other);
                }
            }
        }

        private void step() {
            switch (random.nextInt(6)) {
                case 0 -> {
                    if (!held.isEmpty()) {
                        turns.release(held.removeFirst());
                    }
                }
                case 1 -> {
                    if (!held.isEmpty()) {
                        int call = held.removeLast();
                        moved[call] = true;
                        terms[call] = terms(accesses(), List.of(), 0, 1);
                        turns.release(call);
                        turns.replan(call, terms[call]);
                    }
                }
                case 2 -> {
                    if (!running.isEmpty()) {
                        int call = running.removeFirst();
                        turns.pause(call);
                        paused.add(call);
                    }
                }
                case 3 -> {
                    if (!paused.isEmpty()) {
                        int call = paused.removeFirst();
                        if (random.nextBoolean()) {
                            turns.runAgain(call);
                            again.add(call);
                        } else {
                            turns.resume(call);
                        }
                    }
                }
                case 4 -> {
                    int call = random.nextInt(terms.length);
                    if (turns.waitsForTurn(call) && !held.contains(call) && random.nextInt(5) == 0) {
                        end(call);
                    }
                }
                default -> {
                    if (!running.isEmpty()) {
                        int place = random.nextInt(running.size());
                        end(running.remove(/* index */ place));
                    }
                }
            }
        }

        private void end(int call) {
            turns.end(call);
            again.remove((Object) call);
            over.add(call);
        }
    }

    private static RoundTurns turns(int cap, Terms... terms) {
        return new RoundTurns(Collections.nCopies(terms.length, call("tool")), plan(cap, List.of(terms)));
    }

    private static RoundPlan plan(int cap, List<Terms> terms) {
        return new RoundPlan(terms, cap, 0, 0, false, false, 1000, 1000, true);
    }

    private static RoundRequest.Call call(String tool) {
        return new RoundRequest.Call(null, tool, null);
    }

    private static Terms write(String resource) {
        return terms(List.of(Access.write(resource)), List.of(), 0, UNLIMITED);
    }

    private static Terms read(String resource) {
        return terms(List.of(Access.read(resource)), List.of(), 0, UNLIMITED);
    }

    private static Terms terms(List<Access> accesses, List<Integer> references, int priority, int cap) {
        return new Terms(
                accesses.stream().map(Touch::of).toList(),
                references,
                true,
                false,
                priority,
                cap,
                0,
                0,
                1,
                false,
                false);
    }
}
