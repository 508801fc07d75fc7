package dev.interlock.share;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.Access;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What must hold of claims whatever has happened, by comparing each with each: no index, no queue. Paths are compared
 * as text.
 */
final class ClaimsModel {

    /** Where a call is, as the engine knows it. */
    enum State {
        /** Wants nothing yet, or has given everything back and will want it again. */
        IDLE,
        WAITS,
        HAS_ALL,
        /** Has given its caps back, and keeps its resources: it pauses, or its body waits for a round of its own. */
        LENT,
        WAITS_AGAIN,
        ABANDONED,
        GONE
    }

    /** A call with its claim, and what was seen of it before the last event. */
    static final class Call implements Claimant {
        final int number;
        final Object conversation;
        final @Nullable Call caller;
        private final List<Access> accesses;
        private final List<Cap> caps;
        State state = State.IDLE;
        long came;

        private boolean waitedForResources;
        private boolean heldResources;
        private int heldCaps;
        private boolean waitedForCap;

        Call(int number, Object conversation, @Nullable Call caller, List<Access> accesses, List<Cap> caps) {
            this.number = number;
            this.conversation = conversation;
            this.caller = caller;
            this.accesses = accesses;
            this.caps = caps;
        }

        @Override
        public List<Access> accesses() {
            return accesses;
        }

        @Override
        public List<Cap> caps() {
            return caps;
        }

        boolean waits() {
            return state == State.WAITS || state == State.WAITS_AGAIN;
        }

        private boolean isWithin(Call other) {
            for (Call call = caller; call != null; call = call.caller) {
                if (call.number == other.number) {
                    return true;
                }
            }
            return false;
        }

        @Override
        public String toString() {
            return "call " + number + " " + accesses + " " + state;
        }
    }

    final List<Call> calls = new ArrayList<>();
    private final List<Claim> claims = new ArrayList<>();
    private final boolean exclusive;
    private long lastCame;

    ClaimsModel(boolean exclusive) {
        this.exclusive = exclusive;
    }

    void add(Call call, Claim claim) {
        calls.add(call);
        claims.add(claim);
    }

    Claim claimOf(Call call) {
        return claims.get(call.number);
    }

    /** A call comes, if it has not before. */
    void come(Call call) {
        call.came = call.came == 0 ? ++lastCame : call.came;
    }

    void remember() {
        for (Call call : calls) {
            Claim claim = claimOf(call);
            call.waitedForResources = claim.waitsForResources;
            call.heldResources = claim.holdsResources;
            call.heldCaps = claim.capsHeld;
            call.waitedForCap = call.waits() && !claim.waitsForResources;
        }
    }

    /** {@code told} are the calls that now have all they want, as the last event says. */
    void noteGranted(List<Claim> told) {
        Set<Claim> once = new HashSet<>(told);
        assertThat(once).as("each is told once").hasSameSizeAs(told);
        for (Claim claim : told) {
            Call call = (Call) claim.claimant();
            assertThat(call.waits()).as("%s waits, and is told", call).isTrue();
            call.state = State.HAS_ALL;
        }
    }

    void check(SharedLimits limits) {
        calls.forEach(call -> checkState(call, limits));
        calls.stream().flatMap(call -> call.caps.stream()).distinct().forEach(this::checkCap);
        for (Call call : calls) {
            for (Call other : calls) {
                checkApart(call, other);
            }
            if (call.waits()) {
                checkReason(call);
            }
            checkTurnForResources(call);
            checkQueries(call, limits);
        }
    }

    private void checkState(Call call, SharedLimits limits) {
        Claim claim = claimOf(call);
        int wanted = call.caps.size();
        switch (call.state) {
            case IDLE, GONE -> {
                assertThat(claim.capsHeld).as("%s", call).isZero();
                assertThat(claim.holdsResources || claim.waitsForResources)
                        .as("%s", call)
                        .isFalse();
            }
            case WAITS, WAITS_AGAIN ->
                assertThat(claim.waitsForResources || claim.capsHeld < wanted)
                        .as("%s has all, and was not told", call)
                        .isTrue();
            case HAS_ALL -> {
                assertThat(limits.hasAll(claim)).as("%s", call).isTrue();
                assertThat(claim.capsHeld).as("%s", call).isEqualTo(wanted);
                assertThat(claim.holdsResources).as("%s", call).isEqualTo(exclusive);
            }
            case LENT -> {
                assertThat(claim.capsHeld).as("%s", call).isZero();
                assertThat(claim.holdsResources).as("%s", call).isEqualTo(exclusive);
            }
            case ABANDONED -> {
                assertThat(claim.capsHeld).as("%s", call).isZero();
                assertThat(claim.holdsResources).as("%s", call).isTrue();
            }
        }
    }

    /** Never more than its limit, and the first to come goes first. */
    private void checkCap(Cap cap) {
        assertThat(calls.stream().filter(call -> holds(call, cap)).count())
                .as("calls that hold a cap of %s", cap.limit())
                .isLessThanOrEqualTo(cap.limit());
        for (Call gained : calls) {
            int at = gained.caps.indexOf(cap);
            if (!holds(gained, cap) || gained.heldCaps > at) {
                continue;
            }
            for (Call other : calls) {
                if (other.waitedForCap && waitsFor(other, cap) && other.heldCaps == other.caps.indexOf(cap)) {
                    assertThat(other.came)
                            .as("%s got a cap before %s, which waited for it", gained, other)
                            .isGreaterThan(gained.came);
                }
            }
        }
    }

    private boolean holds(Call call, Cap cap) {
        int at = call.caps.indexOf(cap);
        return at >= 0 && claimOf(call).capsHeld > at;
    }

    private boolean waitsFor(Call call, Cap cap) {
        Claim claim = claimOf(call);
        return call.waits() && !claim.waitsForResources && claim.capsHeld == call.caps.indexOf(cap);
    }

    /** Two that conflict do not both hold; without exclusion only abandoned ones hold, and those ran side by side. */
    private void checkApart(Call call, Call other) {
        boolean both = claimOf(call).holdsResources && claimOf(other).holdsResources;
        if (exclusive && both && call.number < other.number && !call.isWithin(other) && !other.isWithin(call)) {
            assertThat(conflict(call, other)).as("%s beside %s", call, other).isFalse();
        }
    }

    /** Nothing is stranded: what a call waits for is not to be had. */
    private void checkReason(Call call) {
        Claim claim = claimOf(call);
        if (claim.waitsForResources) {
            assertThat(calls.stream().anyMatch(other -> holdsUp(other, call) || waitsBefore(other, call)))
                    .as("%s waits for somebody", call)
                    .isTrue();
        } else {
            Cap cap = call.caps.get(claim.capsHeld);
            assertThat(calls.stream().filter(other -> holds(other, cap)).count())
                    .as("%s waits for a cap", call)
                    .isEqualTo(cap.limit());
        }
    }

    private void checkTurnForResources(Call gained) {
        if (!claimOf(gained).holdsResources
                || gained.heldResources
                || gained.caller != null
                || gained.state == State.ABANDONED) {
            return;
        }
        for (Call other : calls) {
            if (other.waitedForResources && waitsBefore(other, gained)) {
                throw new AssertionError(gained + " got its resources before " + other);
            }
        }
    }

    private void checkQueries(Call call, SharedLimits limits) {
        Claim suspect = limits.suspect(claimOf(call));
        boolean any = claimOf(call).waitsForResources
                && calls.stream()
                        .anyMatch(other ->
                                holdsUp(other, call) && (other.state == State.ABANDONED || call.caller != null));
        assertThat(suspect != null).as("%s may wait for ever", call).isEqualTo(any);
        if (suspect != null) {
            assertThat(holdsUp((Call) suspect.claimant(), call)).isTrue();
        }
        if (claimOf(call).holdsResources) {
            assertThat(limits.waitingFor(claimOf(call)))
                    .containsExactlyInAnyOrderElementsOf(calls.stream()
                            .filter(other -> claimOf(other).waitsForResources && holdsUp(call, other))
                            .map(this::claimOf)
                            .toList());
        }
    }

    private boolean holdsUp(Call holder, Call call) {
        return holder.number != call.number
                && claimOf(holder).holdsResources
                && conflict(holder, call)
                && !call.isWithin(holder);
    }

    private boolean waitsBefore(Call other, Call call) {
        return call.caller == null
                && claimOf(other).waitsForResources
                && other.came < call.came
                && conflict(other, call);
    }

    private boolean conflict(Call one, Call other) {
        return (exclusive || one.conversation.equals(other.conversation))
                && one.accesses.stream()
                        .anyMatch(mine -> other.accesses.stream().anyMatch(theirs -> conflict(mine, theirs)));
    }

    private static boolean conflict(Access one, Access other) {
        String first = path(one);
        String second = path(other);
        return (one.isWrite() || other.isWrite()) && (first.startsWith(second) || second.startsWith(first));
    }

    private static String path(Access access) {
        String text = access.resource().toString();
        return text.equals("/") ? "/" : "/" + text + "/";
    }
}
