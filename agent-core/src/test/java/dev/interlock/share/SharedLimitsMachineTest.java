package dev.interlock.share;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.board.Seeds;
import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Access;
import dev.interlock.share.ClaimsModel.Call;
import dev.interlock.share.ClaimsModel.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What rounds share as a machine without threads: random events, after each of which {@link ClaimsModel} must hold. */
class SharedLimitsMachineTest {

    private static final int PARTS = 100;
    private static final int EVENTS = 60;
    private static final List<String> PATHS = List.of("/", "a", "a/b", "a/b/c", "a/d", "e");
    private static final List<String> TOOLS = List.of("free", "one", "two", "g_one", "g_two");

    @ParameterizedTest
    @CsvSource({"0, true", "1, true", "2, false", "3, false"})
    void whatever_happens_nobody_is_stranded_and_no_limit_is_exceeded(int part, boolean exclusive) {
        Seeds.check(part, PARTS, random -> new Run(random, exclusive).run());
    }

    /** One sequence of events. */
    private static final class Run {
        private final SplittableRandom random;
        private final boolean exclusive;
        private final SharedLimits limits;
        private final ClaimsModel model;
        private final Caps caps;

        Run(SplittableRandom random, boolean exclusive) {
            this.random = random;
            this.exclusive = exclusive;
            this.limits = new SharedLimits(exclusive);
            this.model = new ClaimsModel(exclusive);
            this.caps = new Caps(
                    List.of(new Caps.Group(Set.of("g_*", "one"), 1 + random.nextInt(2))),
                    random.nextBoolean() ? 1 + random.nextInt(4) : Integer.MAX_VALUE);
        }

        void run() {
            for (int i = 0; i < EVENTS; i++) {
                if (model.calls.isEmpty() || random.nextInt(4) == 0) {
                    newCall();
                } else {
                    event(model.calls.get(random.nextInt(model.calls.size())));
                }
            }
            drain();
        }

        private void newCall() {
            List<Call> callers = model.calls.stream()
                    .filter(call -> call.state == State.LENT)
                    .toList();
            Call caller =
                    callers.isEmpty() || random.nextInt(3) > 0 ? null : callers.get(random.nextInt(callers.size()));
            List<Access> accesses = new ArrayList<>();
            for (int i = random.nextInt(3); i > 0; i--) {
                String path = PATHS.get(random.nextInt(PATHS.size()));
                accesses.add(random.nextBoolean() ? Access.read(path) : Access.write(path));
            }
            String tool = TOOLS.get(random.nextInt(TOOLS.size()));
            ToolPolicy policy = tool.endsWith("one")
                    ? ToolPolicy.builder().maxConcurrency(1).build()
                    : tool.endsWith("two")
                            ? ToolPolicy.builder().maxConcurrency(2).build()
                            : ToolPolicy.DEFAULT;
            Call call = new Call(
                    model.calls.size(), random.nextInt(2), caller, List.copyOf(accesses), caps.of(tool, policy));
            model.add(call, limits.claim(call, call.conversation, caller == null ? null : model.claimOf(caller)));
        }

        private void event(Call call) {
            model.remember();
            switch (call.state) {
                case IDLE -> {
                    if (!exclusive && random.nextInt(6) == 0) {
                        abandon(call);
                    } else {
                        acquire(call);
                    }
                }
                case WAITS -> {
                    if (random.nextInt(3) == 0) {
                        giveBackAll(call, random.nextBoolean() ? State.IDLE : State.GONE);
                    }
                }
                case HAS_ALL -> {
                    switch (random.nextInt(4)) {
                        case 0 -> lend(call);
                        case 1 -> abandon(call);
                        case 2 -> giveBackAll(call, State.IDLE);
                        default -> giveBackAll(call, State.GONE);
                    }
                }
                case LENT -> goOnAfterLending(call);
                case WAITS_AGAIN -> {
                    if (random.nextInt(3) == 0) {
                        lend(call);
                    }
                }
                case ABANDONED -> {
                    if (random.nextBoolean()) {
                        giveBackAll(call, State.GONE);
                    }
                }
                case GONE -> {}
            }
            model.check(limits);
        }

        /** The body of a call goes on when the calls that it waits for are gone. */
        private void goOnAfterLending(Call call) {
            if (model.calls.stream().anyMatch(other -> call.equals(other.caller) && other.state != State.GONE)) {
                return;
            }
            if (random.nextInt(5) == 0) {
                abandon(call);
            } else {
                call.state = State.WAITS_AGAIN;
                if (limits.acquireAgain(model.claimOf(call))) {
                    call.state = State.HAS_ALL;
                }
            }
        }

        private void acquire(Call call) {
            model.come(call);
            call.state = State.WAITS;
            if (limits.acquire(model.claimOf(call))) {
                call.state = State.HAS_ALL;
            }
        }

        private void lend(Call call) {
            call.state = State.LENT;
            model.noteGranted(limits.giveCapsBack(model.claimOf(call)));
        }

        private void abandon(Call call) {
            model.come(call);
            call.state = State.ABANDONED;
            model.noteGranted(limits.abandon(model.claimOf(call)));
        }

        private void giveBackAll(Call call, State then) {
            call.state = then;
            model.noteGranted(limits.giveBackAll(model.claimOf(call)));
        }

        /** All calls end, each when it has what it wants; one that waits for another's body may have to give up. */
        private void drain() {
            model.calls.stream().filter(call -> call.state == State.IDLE).forEach(call -> call.state = State.GONE);
            List<Call> left = left();
            while (!left.isEmpty()) {
                Call next = anyThatCanEnd(left);
                model.remember();
                if (next.state == State.LENT) {
                    goOnAfterLending(next);
                } else {
                    giveBackAll(next, State.GONE);
                }
                model.check(limits);
                left = left();
            }
            assertThat(limits.concernsAll()).isEqualTo(exclusive);
        }

        private List<Call> left() {
            return model.calls.stream().filter(call -> call.state != State.GONE).toList();
        }

        private Call anyThatCanEnd(List<Call> left) {
            List<Call> able = left.stream()
                    .filter(call -> call.state == State.HAS_ALL
                            || call.state == State.ABANDONED
                            || (call.state == State.LENT
                                    && left.stream().noneMatch(other -> call.equals(other.caller))))
                    .toList();
            if (!able.isEmpty()) {
                return able.get(random.nextInt(able.size()));
            }
            // Only such waits can stand in a circle; the engine limits them.
            return left.stream()
                    .filter(call -> call.waits() && limits.suspect(model.claimOf(call)) != null)
                    .findAny()
                    .orElseThrow(() -> new AssertionError("all wait for each other: " + left));
        }
    }
}
