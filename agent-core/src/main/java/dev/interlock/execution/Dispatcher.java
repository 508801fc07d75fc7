package dev.interlock.execution;

import dev.interlock.call.Outcome;
import dev.interlock.call.ToolCall;
import dev.interlock.schedule.Actions;
import dev.interlock.schedule.Call;
import dev.interlock.schedule.EngineFailure;
import dev.interlock.schedule.Schedule;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Runs a round with a schedule: it plans the calls and waits for them.
 *
 * <p>The owner is the timer while it waits, and the {@link Alarm} otherwise.
 */
final class Dispatcher implements CancelSignal.Target {

    private final RoundFrame frame;
    private final OwnerThread owner;
    private final RoundSettings settings;
    private final ScheduleDriver driver;
    private final CallDriver calls;

    /** The calls that have come one at a time; only accessed by the thread that admits them. */
    private final List<DrivenCall> admitted = new ArrayList<>(0);

    /** Whether this has taken a round over; only accessed by the rescuer. */
    private boolean inCharge;

    /** Prepares to run the calls that have no outcome yet. The current thread need not be the owner. */
    Dispatcher(RoundFrame frame) {
        this.frame = frame;
        this.owner = frame.owner();
        this.settings = frame.settings();
        this.calls = new CallDriver(frame);
        this.driver = calls.driver();
    }

    /**
     * Routes cancels of the round, and what threads of calls want, to this from now on. Call it before any call is
     * admitted.
     */
    void driveFromNowOn() {
        owner.dispatchedBy(this, calls.running());
    }

    /** Runs all calls; the current thread is the owner. */
    void planAndRun() {
        try {
            for (DrivenCall call : frame.calls()) {
                frame.reporter().callPlanned(call, frame.startNanos());
                prepare(call);
            }
            driver.apply(changing -> {
                changing.admitAll();
                changing.begin(null, true, frame.startNanos());
                return Actions.NONE;
            });
        } catch (Throwable e) {
            // The owner must find every call ended, whether or not it was admitted.
            failedOnOwner(e);
        }
        // Not earlier: until all calls are admitted, no other thread may end them. The owner checks for a cancel
        // itself.
        owner.dispatchedBy(this, calls.running());
        run();
    }

    /**
     * Takes over the rest of a round while its owner still runs one of its calls, and starts the others.
     *
     * @param slot the owner's slot: the thread that ends or takes over the call first gets the rest of the round
     */
    void takeOver(int ownersCall, TakeOver<Dispatcher> slot) {
        DrivenCall[] calls = frame.calls();
        for (int i = ownersCall; i < calls.length; i++) {
            if (!slot.isRunning(ownersCall)) {
                return;
            }
            prepare(calls[i]);
        }
        try {
            takeOverNow(ownersCall, slot);
        } catch (Throwable e) {
            if (!inCharge) {
                // The owner runs its calls as before.
                throw e;
            }
            driver.collapse(e);
        }
    }

    private void takeOverNow(int ownersCall, TakeOver<Dispatcher> slot) {
        DrivenCall ofOwner = frame.calls()[ownersCall];
        boolean takenOver = driver.apply(changing -> {
            changing.admitAll();
            // Do this before the owner can notice the hand-over and take its thread out.
            ofOwner.thread().enter(Objects.requireNonNull(owner.thread()), owner.level());
            if (!slot.takeOver(ownersCall, this)) {
                ofOwner.thread().leave();
                return Actions.NOT_ALLOWED;
            }
            inCharge = true;
            // Do this before the round begins: the round then sees a call announced meanwhile, or the call's thread
            // turns to this dispatcher.
            String cancelled = owner.dispatchedBy(this, calls.running());
            changing.begin(ofOwner, true, frame.startNanos());
            return cancelled == null ? Actions.NONE : changing.cancelled(cancelled);
        });
        if (takenOver) {
            driver.applySafely(Schedule::timePassed);
        }
    }

    /** This runs foreign code: the user's functions compute accesses. */
    private void prepare(DrivenCall call) {
        call.drivenBy(calls.running());
        if (call.references() == null) {
            call.setUses(call.body().dataDependencies(), null);
        }
        if (call.presetOutcome() != null || call.settled() != null) {
            return;
        }
        call.plan(call.findAccesses(), settings.runsOn(call), settings.isManaged(call));
        call.expect(call.binding().learntTime().expectedNanos());
        if (settings.coalescing() && call.onlyReads()) {
            findSameness(call);
        }
        settings.batch().check(call);
    }

    /** Unreadable arguments may be anything, so two such calls need not be equal. */
    private static void findSameness(DrivenCall call) {
        ToolCall same = call.body().call();
        if (!same.arguments().isMissingNode()) {
            call.sameAs(new Same(call.binding(), new ToolCall(null, same.tool(), same.arguments())));
        }
    }

    /** What makes two calls the same: all but their ids. */
    private record Same(ToolBinding binding, ToolCall call) {}

    /** Opens a round whose calls come one at a time, before the first call. */
    void open() {
        driver.applySafely(changing -> {
            changing.begin(null, false, frame.startNanos());
            return Actions.NONE;
        });
    }

    /** From here on calls begin only on the owner, in call order. */
    void confine() {
        driver.applySafely(changing -> {
            changing.confine();
            return Actions.NONE;
        });
    }

    /** Whether some admitted call's tool has not started and is not about to start. */
    boolean hasRefusable() {
        try {
            return driver.read(schedule -> schedule.calls().stream().anyMatch(Call::isRefusable));
        } catch (Throwable e) {
            driver.collapse(e);
            return false;
        }
    }

    /** Refuses the round for a guard: calls that have not begun do not run. */
    void refuse(Throwable refusal) {
        // This runs foreign code, so it comes before the lock.
        String why = new Outcome.Failed(refusal).message();
        driver.applySafely(
                changing -> changing.refused(call -> DrivenCall.of(call).refusedWithRound(why)));
    }

    /** Lets no further call start and interrupts running ones. The owner has yet to come, so more calls may follow. */
    void stop(String why) {
        driver.applySafely(changing -> changing.stopped(why));
    }

    /** Admits the next call, which starts at once if it may. */
    void admit(DrivenCall call) {
        frame.take(call, admitted.size());
        admitted.add(call);
        try {
            if (settings.chaining()) {
                RoundReferences.find(call, admitted, false);
            }
            prepare(call);
            if (frame.reporter().isListened()) {
                // This runs functions of the user, so it comes before the round's lock.
                call.planned();
            }
            JournalledRound journal = frame.journal();
            if (journal != null) {
                journal.came(call);
            }
            driver.apply(changing -> changing.admit(call));
            if (journal != null && driver.read(schedule -> call.settled() != null)) {
                // It equals an ended call, or its outcome is preset.
                journal.ended(call);
            }
        } catch (Throwable e) {
            driver.collapse(EngineFailure.whileAdmitting(e, call));
        }
    }

    /** Withdraws a call that the model did not make after all. */
    void withdraw(DrivenCall call, String why) {
        driver.applySafely(changing -> changing.withdrawn(call, why));
    }

    /** Makes the current thread the owner; no further call follows. Call {@link #run()} afterwards. */
    void adopt() {
        try {
            driver.apply(changing -> {
                owner.own(Within.current().levelHere());
                return changing.own();
            });
        } catch (Throwable e) {
            owner.own(Within.current().levelHere());
            failedOnOwner(e);
        }
    }

    /** The engine failed on the owner, which is the current thread and runs no call. */
    private void failedOnOwner(Throwable error) {
        driver.collapse(EngineFailure.onOwner(error));
    }

    /** Ends running calls and lets no further call start, even if no thread waits for the round. */
    @Override
    public void cancel(String why) {
        driver.applySafely(changing -> changing.cancelled(why));
        driver.wake();
    }

    /** Runs the owner's part. Returns when every call has its outcome. */
    void run() {
        boolean done = false;
        while (!done) {
            try {
                done = step();
            } catch (Throwable e) {
                failedOnOwner(e);
                done = driver.isDone();
            }
        }
        try {
            driver.joinAll();
        } catch (Throwable e) {
            failedOnOwner(e);
        }
        try {
            driver.finish();
        } catch (Throwable e) {
            // The round has not begun to end yet. What fails later, leaves it as its failure.
            failedOnOwner(e);
            driver.finish();
        }
    }

    /** The engine failed on the owner while that ran a call alone, and a rescuer has taken the round over. */
    void failed(DrivenCall call, Throwable error) {
        calls.failed(call, error);
    }

    /** Does the owner's next step; returns whether all is done. */
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

    /** Ends a call that the owner ran alone when a rescuer took the round over. */
    void end(DrivenCall call, BodyRun run) {
        calls.end(call, run);
    }
}
