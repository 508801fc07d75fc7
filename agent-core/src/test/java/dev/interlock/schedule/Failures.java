package dev.interlock.schedule;

import dev.interlock.call.Outcome;
import dev.interlock.schedule.Scenario.Extra;
import dev.interlock.share.Claim;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Failures of the engine itself in a {@link World}, on whatever thread, and what must hold after them. */
final class Failures {

    private static final int MOST = 2;

    private final World world;

    private int count;

    /** Leaves the round. */
    private @Nullable Throwable first;

    Failures(World world) {
        this.world = world;
    }

    /** The engine of the second round never fails, so that round must lose nothing. */
    boolean mayBreak(int round) {
        return world.scenario.allows(Extra.BREAK) && round == 0 && count < MOST;
    }

    boolean mayBreak(Claim granted) {
        return mayBreak(round(Call.claiming(granted)));
    }

    /** Whether it has a thread, perhaps one that has yet to come to it. */
    boolean mayBreak(Call call, int i) {
        return mayBreak(round(call)) && (world.starts[i] > 0 || hasThread(i));
    }

    private boolean hasThread(int i) {
        return world.does[i] != Does.NOTHING && world.does[i] != Does.GONE;
    }

    private static int round(Call call) {
        return (int) call.round() - 1;
    }

    void onGrant(Claim granted) {
        fails(round(Call.claiming(granted)), null, false);
    }

    void inRound(int round) {
        Owner owner = world.owners.get(round);
        fails(round, null, owner.there && owner.awake && owner.runs < 0);
    }

    /** Its thread ends with that, before or after the call has begun. */
    void onThreadOf(Call call, int i) {
        Owner owner = world.owners.get(round(call));
        boolean asOwner = owner.runs == i;
        if (hasThread(i)) {
            world.does[i] = Does.GONE;
        } else {
            world.starts[i]--;
        }
        if (asOwner) {
            owner.runs = -1;
            owner.awake = true;
        }
        fails(round(call), call, asOwner);
    }

    private void fails(int round, @Nullable Call ran, boolean ownerIsFree) {
        count++;
        Throwable error = new OutOfMemoryError("failure " + count);
        if (first == null) {
            first = error;
            world.stopped(round);
        }
        world.perform(round, world.at(round).collapsed(new EngineFailure(error, ran, null, ownerIsFree)));
    }

    /** What does not hold between events, in words; null if all does. */
    @Nullable
    String wrong() {
        for (int i = 0; i < world.calls.size(); i++) {
            Call call = world.calls.get(i);
            int round = round(call);
            if (count == 0
                    || round > 0
                    || !StateHash.progress(world.schedules.get(round)).calls.contains(call)) {
                continue;
            }
            if (call.outcome == null && !hasThread(i)) {
                return call + " has no outcome and no thread, though the engine has failed";
            }
            if (call.hasThread() && !call.mustEnd()) {
                return call + " goes on, though the engine has failed";
            }
            boolean keeps = call.claim != null || call.phase == Phase.ABANDONED || call.hasThread();
            if (world.does[i] == Does.GONE && keeps) {
                return call + " keeps something, and its thread has gone";
            }
        }
        return null;
    }

    /** What does not hold when nothing can happen any more. */
    @Nullable
    String wrongAtEnd() {
        if (!world.scenario.allows(Extra.BREAK)) {
            return null;
        }
        for (int round = 0; round < world.schedules.size(); round++) {
            Schedule schedule = world.schedules.get(round);
            if (!Objects.equals(schedule.failure(), round == 0 ? first : null)) {
                return "round " + (round + 1) + " is left by " + schedule.failure() + ", the failure was " + first;
            }
            if (!StateHash.progress(schedule).permitHolders.isEmpty()) {
                return "permits are left: " + StateHash.progress(schedule).permitHolders;
            }
        }
        for (Call call : world.calls) {
            boolean spared = round(call) > 0;
            // It may have given up what a call of the other round holds that goes on.
            if (spared && (call.outcome == null || call.outcome instanceof Outcome.Cancelled)) {
                return call + " came to " + call.outcome + ", though only the other round's engine has failed";
            }
        }
        return null;
    }

    /** For the hash of the state. */
    @Override
    public String toString() {
        return "" + count;
    }
}
