package dev.interlock.schedule;

import dev.interlock.call.CallResult.ThreadKind;
import dev.interlock.call.Outcome;
import dev.interlock.durable.PendingKind;
import dev.interlock.schedule.Actions.Interrupt;
import dev.interlock.schedule.Note.What;
import dev.interlock.share.Claim;
import dev.interlock.share.SharedLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A round on the machine alone, without threads: each method that is an event tells it to the machine at the present
 * time, and keeps what the machine says in {@link #last}. Times are in milliseconds since the round began, and the
 * clock's readings overflow on the way.
 */
final class RoundByHand {

    static final long MILLI = 1_000_000;

    /** So that readings of the clock overflow 10 ms after the round began. */
    private static final long EPOCH = Long.MAX_VALUE - 10 * MILLI;

    final Schedule schedule;
    final List<Call> calls = new ArrayList<>();
    Actions last = Actions.NONE;
    private long millis;
    private boolean ownerInterrupted;

    private RoundByHand(Schedule schedule, List<Call> calls) {
        this.schedule = schedule;
        this.calls.addAll(calls);
    }

    /**
     * How a round is run; the default is 2 permits, a grace period of 10 ms, 50 ms for held resources, no other limit.
     */
    static final class Setting {
        private final CallSpec[] specs;
        private int permits = 2;
        private long attempt = Limits.NO_LIMIT;
        private long call = Limits.NO_LIMIT;
        private long round = Limits.NO_LIMIT;
        private long grace = 10 * MILLI;
        private long held = 50 * MILLI;
        private boolean failFast;
        private boolean equalReads;
        private boolean runsBeforeTurn;
        private boolean usesExecutor;
        private boolean listened = true;
        private boolean confined;
        private SharedLimits shared = new SharedLimits(false);
        private Object conversation = "conversation";
        private @Nullable Claim ancestor;
        private long number = 1;

        private Setting(CallSpec... specs) {
            this.specs = specs;
        }

        Setting permits(int count) {
            permits = count;
            return this;
        }

        Setting attemptLimit(long ms) {
            attempt = ms * MILLI;
            return this;
        }

        Setting callLimit(long ms) {
            call = ms * MILLI;
            return this;
        }

        Setting roundLimit(long ms) {
            round = ms * MILLI;
            return this;
        }

        Setting grace(long ms) {
            grace = ms * MILLI;
            return this;
        }

        Setting heldLimit(long ms) {
            held = ms * MILLI;
            return this;
        }

        Setting failFast() {
            failFast = true;
            return this;
        }

        Setting equalReads() {
            equalReads = true;
            return this;
        }

        Setting runsBeforeTurn() {
            runsBeforeTurn = true;
            return this;
        }

        Setting usesExecutor() {
            usesExecutor = true;
            return this;
        }

        Setting unheard() {
            listened = false;
            return this;
        }

        Setting confined() {
            confined = true;
            return this;
        }

        /** Shares with other rounds, which need other numbers. */
        Setting sharing(SharedLimits limits, Object conversationId, long roundNumber) {
            shared = limits;
            conversation = conversationId;
            number = roundNumber;
            return this;
        }

        Setting within(@Nullable Claim outer) {
            ancestor = outer;
            return this;
        }

        private RoundByHand make(boolean known) {
            List<Call> calls = new ArrayList<>();
            for (CallSpec spec : specs) {
                calls.add(spec.make(number, calls.size()));
            }
            Limits limits = new Limits(permits, attempt, call, round, grace, held, failFast);
            Manner manner = Manner.PLAIN
                    .withEqualReads(equalReads)
                    .withRunsBeforeTurn(runsBeforeTurn)
                    .withExecutor(usesExecutor)
                    .withListened(listened)
                    .withConfined(confined);
            Sharing sharing = new Sharing(shared, conversation, ancestor);
            return new RoundByHand(new Schedule(limits, sharing, manner, known ? calls : List.of()), calls);
        }

        /** All calls are known, the owner is there, and has looked once. */
        RoundByHand begin() {
            RoundByHand made = unbegun();
            made.event().begin(null, true, made.now());
            made.next();
            return made;
        }

        /** All calls are known and admitted; {@link Schedule#begin} has not been called. */
        RoundByHand unbegun() {
            RoundByHand made = make(true);
            made.event().admitAll();
            return made;
        }

        /** All calls are known, and none is admitted. */
        RoundByHand known() {
            return make(true);
        }

        /** No call is admitted, and there is no owner. */
        RoundByHand stream() {
            RoundByHand made = make(false);
            made.event().begin(null, false, made.now());
            return made;
        }
    }

    static Setting of(CallSpec... specs) {
        return new Setting(specs);
    }

    // Time.

    long now() {
        return EPOCH + millis * MILLI;
    }

    /** The machine, told the present time, for any event. */
    Schedule event() {
        return schedule.at(now(), ownerInterrupted);
    }

    /** The clock of the round now shows this. */
    RoundByHand at(long ms) {
        millis = ms;
        return this;
    }

    /** The owner, which runs a call, is interrupted from now on. */
    void interruptOwner() {
        ownerInterrupted = true;
    }

    // Events. Each returns whether the machine allows what is asked.

    boolean did(Actions actions) {
        last = actions;
        return actions.allowed();
    }

    /** The owner looks what to do. */
    void next() {
        did(event().next());
    }

    /** Time has passed, and no owner waits. */
    void timePassed() {
        did(event().timePassed());
    }

    void admit(int place) {
        did(event().admit(call(place)));
    }

    /** The owner comes, and looks. */
    void owns() {
        did(event().own());
        next();
    }

    boolean begins(int place) {
        return did(event().began(call(place), ThreadKind.VIRTUAL));
    }

    boolean beginsOnOwner(int place) {
        return did(event().began(call(place), ThreadKind.OWNER));
    }

    boolean attempts(int place) {
        return did(event().attemptBegins(call(place)));
    }

    /** Its body returns; all listeners know. */
    void succeeds(int place) {
        ends(place, new Outcome.Succeeded("ok"), false);
    }

    void fails(int place) {
        ends(place, failure(), false);
    }

    /** Its failure must leave the round. */
    void leaves(int place) {
        ends(place, failure(), true);
    }

    /** Two events: it ends, and all listeners know. {@link #last} is of the second. */
    boolean ends(int place, Outcome own, boolean leaves) {
        boolean told = ended(place, own, leaves);
        did(event().endHeard(call(place), null));
        return told;
    }

    boolean ended(int place, Outcome own, boolean leaves) {
        return did(event().ended(call(place), own, call(place).startNanos(), now(), leaves));
    }

    /** Two events if it may be pending: it ends so, and its journal knows. */
    boolean pends(int place, PendingKind kind) {
        return endsPending(place, kind) && becomesPending(place);
    }

    boolean endsPending(int place, PendingKind kind) {
        return did(event().pends(call(place), new PendingCause(kind, "a reason")));
    }

    boolean becomesPending(int place) {
        return did(event().becomesPending(call(place), null));
    }

    /** The driver passes on all that was granted by the last event, to this round. */
    void granted() {
        grantedBy(this);
    }

    void tells(int place) {
        did(event().endHeard(call(place), null));
    }

    void cancels(String why) {
        did(event().cancelled(why));
    }

    void withdraws(int place) {
        did(event().withdrawn(call(place), "withdrawn"));
    }

    void refuses() {
        did(event().refused(RoundByHand::refusal));
    }

    static Outcome refusal(Call call) {
        return new Outcome.Cancelled(call.inWords() + " is refused", false);
    }

    static Outcome failure() {
        return new Outcome.Failed(new IllegalStateException("no luck"));
    }

    /** The driver passes on to this round what the last event of another round granted. */
    void grantedBy(RoundByHand other) {
        for (Claim claim : other.last.granted()) {
            did(event().granted(claim));
        }
    }

    boolean pauses(int place) {
        return did(event().paused(call(place)));
    }

    void resumes(int place) {
        did(event().resumed(call(place)));
    }

    /** Its thread has asked, and now needs its turn. */
    void wantsTurn(int place) {
        did(event().wantsTurn(call(place)));
    }

    boolean announces(int place) {
        return did(event().announced(call(place)));
    }

    boolean reachesGate(int place) {
        return did(event().reachedGate(call(place)));
    }

    // What came of it.

    Call call(int place) {
        return calls.get(place);
    }

    Phase phase(int place) {
        return call(place).phase;
    }

    /** The outcome's message. */
    String said(int place) {
        return Objects.requireNonNull(call(place).settled(), () -> call(place) + " has no outcome")
                .message();
    }

    /** The places of the calls that got a thread by the last event. */
    List<Integer> started() {
        return places(last.start().stream());
    }

    /** The place of the call that the owner must run; -1 for none. */
    int forOwner() {
        return placeOf(last.own());
    }

    List<Integer> interrupted() {
        return places(last.interrupt().stream().map(Interrupt::call));
    }

    List<Integer> unparked() {
        return places(last.unpark().stream());
    }

    List<Integer> abandoned() {
        return places(last.abandoned().stream());
    }

    /** The places of the calls of which the last event told this. */
    List<Integer> told(What what) {
        return places(last.tell().stream().filter(note -> note.what() == what).map(Note::call));
    }

    /** What the last event told that a call waits for, in words; empty if it told nothing of that. */
    String waitOf(int place) {
        return last.tell().stream()
                .filter(note -> note.call().equals(call(place)) && note.what() == What.WAITING)
                .map(note -> note.requireWait().text())
                .reduce("", (first, second) -> second);
    }

    private static List<Integer> places(Stream<Call> of) {
        return of.map(Call::index).toList();
    }

    private static int placeOf(@Nullable Call call) {
        return call == null ? -1 : call.index();
    }
}
