package dev.interlock.execution;

import dev.interlock.call.Outcome;
import dev.interlock.call.ToolCall;
import dev.interlock.schedule.Actions;
import dev.interlock.schedule.Call;
import dev.interlock.schedule.Schedule;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The way of a round with a schedule: plans the calls, and waits for them.
 *
 * <p>The owner is the timer: it parks until the next limit; whoever changes what it waits for unparks it. A wake-up cannot
 * be lost, since the owner looks at the state under the lock before it parks and an unpark that comes in between is kept by
 * the thread. A round whose calls come one at a time has no owner until somebody waits for it, and an owner may run a call
 * itself: meanwhile the {@link Alarm} is the timer.
 */
final class Dispatcher implements CancelSignal.Target {

    private final RoundFrame frame;
    private final OwnerThread owner;
    private final RoundSettings settings;
    private final ScheduleDriver driver;
    private final CallDriver calls;

    /** The calls that have come one at a time; only accessed by the thread that admits them. */
    private final List<DrivenCall> admitted = new ArrayList<>(0);

    /** Prepares to run the calls that have no outcome yet. The current thread need not be the owner. */
    Dispatcher(RoundFrame frame) {
        this.frame = frame;
        this.owner = frame.owner();
        this.settings = frame.settings();
        this.driver = new ScheduleDriver(frame);
        this.calls = new CallDriver(frame, driver);
    }

    /** Before any call is admitted: a cancel of the round reaches this, and calls ask it. */
    void driveFromNowOn() {
        owner.dispatchedBy(this, calls);
    }

    /** Runs all calls; the current thread is the owner. */
    void planAndRun() {
        try {
            for (DrivenCall call : frame.calls()) {
                frame.reporter().callPlanned(call, frame.startNanos());
                prepare(call);
            }
            driver.pass(changing -> {
                changing.admitAll();
                changing.begin(null, true, frame.startNanos());
                return Actions.NONE;
            });
        } catch (Throwable e) {
            // The owner is to find every call ended.
            driver.pass(Schedule::own);
            driver.collapse(e, null);
        }
        // Not before: until all calls are admitted nobody else may end them. The owner looks whether it was cancelled.
        owner.dispatchedBy(this, calls);
        run();
    }

    /**
     * Takes over the rest of a round while its owner runs a call of it, if it still does, and starts the others.
     *
     * @param slot of the owner: whoever ends or takes over the call first has the rest of the round
     */
    void takeOver(int ownersCall, TakeOver<Dispatcher> slot) {
        DrivenCall[] calls = frame.calls();
        for (int i = ownersCall; i < calls.length; i++) {
            if (!slot.isRunning(ownersCall)) {
                return;
            }
            prepare(calls[i]);
        }
        DrivenCall ofOwner = calls[ownersCall];
        boolean takenOver = driver.pass(changing -> {
            changing.admitAll();
            // Before the owner can find that it was handed over, and take its thread out.
            ofOwner.running().enter(Objects.requireNonNull(owner.thread()));
            if (!slot.takeOver(ownersCall, this)) {
                ofOwner.running().leave();
                return Actions.REFUSED;
            }
            // Before the round begins: a call that has been announced meanwhile is seen there, or else its thread asks.
            String cancelled = owner.dispatchedBy(this, this.calls);
            changing.begin(ofOwner, true, frame.startNanos());
            return cancelled == null ? Actions.NONE : changing.cancelled(cancelled);
        });
        if (takenOver) {
            driver.pass(Schedule::timePassed);
        }
    }

    /** Foreign code: functions of the user find accesses. */
    private void prepare(DrivenCall call) {
        call.drivenBy(calls);
        if (call.references() == null) {
            call.uses(call.body().dataDependencies(), null);
        }
        if (call.refusal() != null || call.settled() != null) {
            return;
        }
        call.plan(call.findAccesses(), settings.runsOn(call), settings.isManaged(call));
        call.expect(call.binding().learntTime().expectedNanos());
        if (settings.coalescing() && call.onlyReads()) {
            findSameness(call);
        }
        settings.batch().check(call);
    }

    /** What cannot be read may be anything: two such calls need not be the same. */
    private static void findSameness(DrivenCall call) {
        ToolCall same = call.body().call();
        if (!same.arguments().isMissingNode()) {
            call.sameAs(new Same(call.binding(), new ToolCall(null, same.tool(), same.arguments())));
        }
    }

    /** What makes two calls the same, their ids apart. */
    private record Same(ToolBinding binding, ToolCall call) {}

    /** A round whose calls come one at a time, before the first. */
    void open() {
        driver.pass(changing -> {
            changing.begin(null, false, frame.startNanos());
            return Actions.NONE;
        });
    }

    /** From here on no call begins but on the owner, in call order. */
    void confine() {
        driver.pass(changing -> {
            changing.confine();
            return Actions.NONE;
        });
    }

    /** Whether a call has been admitted whose tool has not been started, nor is about to be. */
    boolean hasUnbegun() {
        return driver.ask(asked -> asked.calls().stream().anyMatch(Call::isRefusable));
    }

    /** A guard has refused the round: those that have not begun are not to run. */
    void refuse(Throwable refusal) {
        // Foreign code, so before the lock is taken.
        String why = new Outcome.Failed(refusal).message();
        driver.pass(changing -> changing.refused(call -> DrivenCall.of(call).refusedWithRound(why)));
    }

    /** Nothing starts any more, and what runs is interrupted; the owner is about to come, so there may be further calls. */
    void stop(String why) {
        driver.pass(changing -> {
            changing.stop(why);
            return changing.timePassed();
        });
    }

    /** Admits the next call, which starts at once if it may. */
    void admit(DrivenCall call) {
        call.takePlace(frame, admitted.size());
        admitted.add(call);
        try {
            if (settings.chaining()) {
                RoundReferences.find(call, admitted, false);
            }
            prepare(call);
            if (frame.reporter().isListened()) {
                // Before the round's lock is taken: functions of the user.
                call.planned();
            }
            JournalledRound journal = frame.journal();
            if (journal != null) {
                journal.came(call);
            }
            driver.pass(changing -> changing.admit(call));
            if (journal != null && driver.ask(asked -> call.settled() != null)) {
                // It is equal to one that has ended, or is refused.
                journal.ended(call);
            }
        } catch (Throwable e) {
            driver.collapse(e, null);
        }
    }

    /** A call has turned out to be none. */
    void withdraw(DrivenCall call, String why) {
        driver.pass(changing -> changing.withdrawn(call, why));
    }

    /** The current thread becomes the owner, and no further call comes. To be followed by {@link #run()}. */
    void adopt() {
        driver.pass(changing -> {
            owner.own(Within.current().owner());
            return changing.own();
        });
    }

    /** Ends what runs, and no further call starts; nobody need wait for it. */
    @Override
    public void cancel(String why) {
        driver.pass(changing -> changing.cancelled(why));
        driver.wake();
    }

    /** The owner's part: returns when every call has its outcome. */
    void run() {
        boolean done = false;
        while (!done) {
            try {
                done = step();
            } catch (Throwable e) {
                driver.collapse(e, null);
            }
        }
        driver.joinAll();
        driver.finish();
    }

    /** Whether all is done. */
    private boolean step() {
        owner.takeFlag();
        ScheduleDriver.Step next = driver.next();
        Actions actions = next.actions();
        driver.perform(actions);
        if (actions.own() != null) {
            calls.runOnOwner(DrivenCall.of(actions.own()));
        } else if (actions.isEmpty() && !next.done()) {
            settings.time().park(this, next.parkNanos());
        }
        return next.done();
    }

    /** The body of a call, which the owner ran alone when the round was taken over, has ended. */
    void end(DrivenCall call, Attempt attempt) {
        calls.end(call, attempt);
    }
}
