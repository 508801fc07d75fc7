package dev.interlock.schedule;

import dev.interlock.event.Wait;
import dev.interlock.schedule.Note.What;
import dev.interlock.schedule.Scenario.Extra;
import org.jspecify.annotations.Nullable;

/** What listeners were told of one call of a {@link World} by notes, and what must hold of that. */
final class Told {

    private final World world;
    private final Call call;

    private @Nullable What last;
    private boolean ended;
    private boolean abandoned;
    private boolean released;

    Told(World world, Call call) {
        this.world = world;
        this.call = call;
    }

    /** What is wrong with a note; null if nothing is. */
    @Nullable
    String add(Note note) {
        boolean late = ended && note.what() != What.RELEASED;
        boolean twice = (released && note.what() == What.RELEASED) || (last == What.READY && note.what() == What.READY);
        if (late || twice) {
            return note + " was told after " + last;
        }
        String wrong =
                switch (note.what()) {
                    case PLANNED -> last == null && world.scenario.allows(Extra.STREAM) ? null : "it is not new";
                    case WAITING -> wrongWait(note.requireWait());
                    case READY -> call.hasTurn() || call.phase == Phase.STARTING ? null : "it has no turn";
                    case COALESCED -> call.coalescedWith() < 0 ? "it is like no other" : null;
                    case ENDED -> call.settled() == null ? "it has no outcome" : null;
                    case ABANDONED -> call.isAbandoned() ? null : "it is not abandoned";
                    case RELEASED -> abandoned ? null : "it was not abandoned";
                };
        last = note.what();
        ended |= note.what() == What.ENDED;
        abandoned |= note.what() == What.ABANDONED;
        released |= note.what() == What.RELEASED;
        return wrong == null ? null : note + ": " + wrong;
    }

    /** Of a call that waits it is told, truly, what for. */
    private @Nullable String wrongWait(Wait wait) {
        Progress progress = StateHash.progress(world.schedules.get((int) call.round() - 1));
        return switch (wait) {
            case Wait.ForCalls calls -> {
                for (int place : calls.calls()) {
                    Call other = progress.calls.get(place);
                    boolean over = other.phase == Phase.DONE && other.suspendedAs == null;
                    if (over || other.phase == Phase.BYPASSED || place >= call.index()) {
                        yield other + " need not be waited for";
                    }
                }
                yield calls.more() ? "there are no more" : null;
            }
            case Wait.ForPermit permit -> progress.hasPermit() ? "a permit is free" : null;
            case Wait.ForCap cap -> world.scenario.cap() == Integer.MAX_VALUE ? "there is no cap" : null;
            case Wait.ForResource resource ->
                resource.abandoned() || world.scenario.exclusive() ? null : "nobody holds it";
            case Wait.ForOwner owner ->
                call.runsOn == RunsOn.OWNER || progress.order.isConfined() ? null : "it does not want the owner";
            case Wait.ForAnnouncement announcement -> progress.gate.isOpen() ? "the gate is open" : null;
            case Wait.ForDecision decision -> call.pending() != null ? null : "it is not pending";
            case Wait.ForApproval approval -> "the machine knows no approvals";
            case Wait.ForReplicas replicas -> "the machine knows no replicas";
            case Wait.ForInterceptor interceptor -> "the machine knows no interceptors";
        };
    }

    /** The call comes to wait for something of its own, which its thread would tell. */
    void pauses() {
        last = null;
    }

    /** What holds between events; null if all does. */
    @Nullable
    String wrong() {
        Does does = world.does[world.calls.indexOf(call)];
        if (call.phase == Phase.RUNNING && last != What.READY && does != Does.RECLAIMING) {
            return call + " has its turn, and " + last + " was told last";
        }
        boolean undecided = world.isUndecided((int) call.round() - 1);
        boolean waits = call.wantsPermit()
                && !call.runsBeforeTurn
                && StateHash.progress(round()).calls.contains(call);
        if (waits && last != What.WAITING && !undecided) {
            return call + " waits, and " + last + " was told last";
        }
        boolean byItself = does == Does.TELLING || does == Does.GONE;
        if (call.outcome != null && !ended && !undecided && (!byItself || call.isAbandoned())) {
            return call + " has its outcome, and that was not told";
        }
        return call.isAbandoned() == abandoned ? null : call + " is abandoned or not, and was told otherwise";
    }

    private Schedule round() {
        return world.schedules.get((int) call.round() - 1);
    }

    /** For the hash of the state. */
    @Override
    public String toString() {
        return last + " " + ended + " " + released + " " + (call.toldWait == null ? "-" : call.toldWait.kind());
    }
}
