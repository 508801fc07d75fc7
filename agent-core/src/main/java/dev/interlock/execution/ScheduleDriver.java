package dev.interlock.execution;

import dev.interlock.schedule.Actions;
import dev.interlock.schedule.Call;
import dev.interlock.schedule.EngineFailure;
import dev.interlock.schedule.Manner;
import dev.interlock.schedule.Note;
import dev.interlock.schedule.Outcomes;
import dev.interlock.schedule.Schedule;
import dev.interlock.schedule.Sharing;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * The {@link Schedule} of a round behind its lock: it tells the schedule what happens, and carries out the actions.
 *
 * <p>One lock guards all state of the round and of its calls. No foreign code runs under it: bodies, listeners,
 * propagators, thread factories, effect functions, loggers and interrupts come after it, as {@link Actions}.
 */
final class ScheduleDriver implements Performer.Driver {

    private final ReentrantLock lock = new ReentrantLock();
    private final RoundFrame frame;
    private final OwnerThread owner;
    private final RoundSettings settings;
    private final CallThreads threads;
    private final Performer performer;
    private final Collapsing collapsing;
    private final boolean comeOneByOne;

    // Guarded by the lock.
    private final Schedule schedule;
    private final Alarm alarm;
    private boolean over;

    /** Creates the driver; {@code runs} makes what runs a call on its thread. */
    ScheduleDriver(RoundFrame frame, Function<DrivenCall, Runnable> runs) {
        this.frame = frame;
        this.owner = frame.owner();
        this.settings = frame.settings();
        this.comeOneByOne = frame.calls().length == 0;
        this.threads = new CallThreads(frame, this::mayLaunch, runs);
        this.performer = new Performer(this, frame, threads);
        this.collapsing = new Collapsing(frame.number(), this::collapsed, this::wake);
        this.alarm = new Alarm(settings.time(), this::alarmRings);
        this.schedule = new Schedule(
                settings.limits(),
                new Sharing(settings.shared(), frame.sharingConversation(), frame.ancestor()),
                Manner.PLAIN
                        .withEqualReads(settings.coalescing())
                        .withRunsBeforeTurn(settings.beforeTurn() > 0)
                        .withExecutor(frame.callExecutor() != null)
                        .withListened(frame.reporter().isListened())
                        .withConfined(frame.isConfined()),
                Arrays.asList(frame.calls()));
    }

    /** Something that happens; the schedule gets it, and returns what is to be done. */
    interface Event {
        Actions happensTo(Schedule schedule);
    }

    /**
     * Applies an event to the schedule and carries out the actions. Returns whether the thread may do what it came for.
     * If the engine fails, the round collapses and the thread may not. If only the clock fails, nothing has happened,
     * and the thread gets what it throws.
     */
    boolean applyOrCollapse(Event event) {
        long now = settings.time().nanos();
        try {
            return apply(now, event);
        } catch (Throwable e) {
            collapse(e);
            return false;
        }
    }

    /** Does the same for a thread that no failure of the round must reach, not even of the clock. */
    boolean applySafely(Event event) {
        try {
            return apply(event);
        } catch (Throwable e) {
            collapse(e);
            return false;
        }
    }

    /** Does the same for a thread that {@linkplain #collapse(EngineFailure) lets the round collapse} if this throws. */
    boolean apply(Event event) {
        return apply(settings.time().nanos(), event);
    }

    /** Does the same for a caller that has just read the clock. */
    boolean apply(long now, Event event) {
        Actions actions = decide(now, event);
        perform(actions);
        return actions.allowed();
    }

    private Actions decide(Event event) {
        return decide(settings.time().nanos(), event);
    }

    private Actions decide(long now, Event event) {
        assert !lock.isHeldByCurrentThread();
        lock.lock();
        try {
            return recorded(event.happensTo(at(now)));
        } finally {
            lock.unlock();
        }
    }

    /**
     * What the owner must do next.
     *
     * @param actions the actions to carry out
     * @param done whether the round is done
     * @param parkNanos how long to park if there is nothing to do
     */
    record Step(Actions actions, boolean done, long parkNanos) {}

    /** Returns what the owner must do next, as the schedule says. */
    Step next() {
        assert !lock.isHeldByCurrentThread() && owner.isCurrent();
        lock.lock();
        try {
            Schedule changing = at(settings.time().nanos());
            stopIfWanted(changing);
            Actions actions = recorded(changing.next());
            boolean idle = actions.isEmpty();
            return new Step(actions, idle && changing.isDone(), idle ? changing.park() : 0);
        } finally {
            lock.unlock();
        }
    }

    private void stopIfWanted(Schedule changing) {
        if (owner.interrupted()) {
            changing.stop(Outcomes.INTERRUPTED);
        }
        String cancelled = owner.cancelled();
        if (cancelled != null) {
            changing.stop(cancelled);
        }
    }

    /** Reads the schedule. That is no event: {@link Schedule#now} stays the time of the last one. */
    <T> T read(Function<Schedule, T> reading) {
        assert !lock.isHeldByCurrentThread();
        lock.lock();
        try {
            return reading.apply(schedule);
        } finally {
            lock.unlock();
        }
    }

    /** Returns the schedule, set to {@code now}. */
    private Schedule at(long now) {
        assert lock.isHeldByCurrentThread();
        return schedule.at(now, schedule.ownerRunsCall() && owner.isToStop());
    }

    /** Does what must happen together with the event, under the lock. If it fails, the actions are not lost. */
    private Actions recorded(Actions actions) {
        try {
            setAlarm();
            record(actions);
            return actions;
        } catch (Throwable e) {
            schedule.takeBack(actions);
            throw e;
        }
    }

    private void record(Actions actions) {
        assert lock.isHeldByCurrentThread();
        for (Call call : actions.abandoned()) {
            settings.abandoned()
                    .add(
                            DrivenCall.of(call),
                            frame.conversation(),
                            settings.time().instant());
        }
        for (Note note : actions.tell()) {
            // Listeners hear nothing of a call that came too late.
            if (!over || note.what() == Note.What.RELEASED) {
                DrivenCall.of(note.call()).requireEvents().note(note);
            }
        }
    }

    private void setAlarm() {
        if (schedule.isDone()) {
            alarm.silence();
        } else {
            alarm.setFor(schedule.now(), schedule.alarm());
        }
    }

    /** Carries out actions without the lock, and all that follows from them in this and other rounds. */
    void perform(Actions actions) {
        assert !lock.isHeldByCurrentThread();
        performer.perform(actions);
    }

    /**
     * Applies an event on a thread of another round, which carries out the actions later. If the engine fails, this
     * round collapses, and the other one does not notice.
     */
    void applyForOther(Event event, FollowUps after) {
        try {
            performer.performAfter(decide(event), after);
        } catch (Throwable e) {
            collapse(e, after);
        }
    }

    @Override
    public void startFailed(DrivenCall call, Throwable error, FollowUps after) {
        applyForOther(changing -> changing.startFailed(call, error), after);
    }

    /** Returns whether a call's thread may start; from then on the owner will join it. */
    private boolean mayLaunch(DrivenCall call, Thread thread) {
        lock.lock();
        try {
            boolean launches = schedule.launch(call);
            if (launches) {
                call.startedThread(thread);
            }
            return launches;
        } finally {
            lock.unlock();
        }
    }

    /** Makes the owner look again. If there is none and the round is done, ends the round. */
    @Override
    public void wake() {
        Thread thread = owner.thread();
        if (thread == null) {
            finish();
        } else if (!owner.isCurrent()) {
            LockSupport.unpark(thread);
        }
    }

    /**
     * Handles a failure of the engine itself, such as lack of memory: all calls get an outcome, and the error leaves
     * the round. Does not throw.
     */
    void collapse(EngineFailure failure) {
        collapsing.handle(failure, performer::perform);
    }

    /** Does the same after a failure on a thread that goes on. */
    void collapse(Throwable error) {
        collapse(EngineFailure.elsewhere(error));
    }

    @Override
    public void collapse(Throwable error, FollowUps after) {
        collapsing.handle(EngineFailure.elsewhere(error), actions -> performer.performAfter(actions, after));
    }

    private Actions collapsed(EngineFailure failure) {
        assert !lock.isHeldByCurrentThread();
        lock.lock();
        try {
            if (frame.internalError() == null && !(over && owner.thread() != null)) {
                frame.internalError(failure.error());
            }
            Actions actions = recorded(at(timeOrLast()).collapsed(failure));
            Call ran = failure.ran();
            if (ran != null) {
                // Last, since the actions may be those of an earlier event, which had abandoned the call.
                settings.abandoned().remove(DrivenCall.of(ran));
            }
            return actions;
        } finally {
            lock.unlock();
        }
    }

    private long timeOrLast() {
        try {
            return settings.time().nanos();
        } catch (Throwable e) {
            long last = schedule.now();
            return last == 0 ? frame.startNanos() : last;
        }
    }

    /**
     * Handles the alarm on the clock's thread, which all rounds share. Anything that may run foreign code goes to
     * another thread.
     */
    private void alarmRings() {
        try {
            Actions actions;
            boolean done;
            lock.lock();
            try {
                alarm.rang();
                if (over || schedule.ownerIsTimer()) {
                    return;
                }
                actions = recorded(at(settings.time().nanos()).timePassed());
                done = schedule.isDone();
            } finally {
                lock.unlock();
            }
            if (done || !actions.isEmpty()) {
                performer.performElsewhere(actions);
            }
        } catch (Throwable e) {
            collapse(e);
        }
    }

    /** The calls so far. */
    DrivenCall[] calls() {
        if (!comeOneByOne) {
            return frame.calls();
        }
        lock.lock();
        try {
            return schedule.calls().stream().map(DrivenCall::of).toArray(DrivenCall[]::new);
        } finally {
            lock.unlock();
        }
    }

    /** Whether every call has its outcome. */
    boolean isDone() {
        lock.lock();
        try {
            return schedule.isDone();
        } finally {
            lock.unlock();
        }
    }

    /** Ends the round, once all events of its calls have been reported. Every call has its outcome. */
    void finish() {
        DrivenCall[] ended;
        lock.lock();
        try {
            if (!schedule.isDone() || (over && owner.thread() == null)) {
                // It is not done yet, or a call came late: the thread that awaits the round will see it.
                return;
            }
            if (comeOneByOne) {
                frame.calls(schedule.calls().stream().map(DrivenCall::of).toArray(DrivenCall[]::new));
            }
            if (frame.internalError() == null) {
                frame.failure(schedule.failure());
            }
            if (over) {
                return;
            }
            over = true;
            alarm.silence();
            // Late calls belong to the round, but listeners do not hear of them.
            ended = frame.calls();
        } finally {
            lock.unlock();
        }
        try {
            frame.reporter().tellRest(ended);
        } catch (Throwable e) {
            frame.failed(e);
        }
        frame.end(ended, RoundFrame.ALL_SETTLED);
    }

    /**
     * On return every thread of the round has ended or has been interrupted. Another thread may have decided to
     * interrupt an abandoned call without having done it yet, so this does it.
     */
    void joinAll() {
        DrivenCall[] all = calls();
        for (DrivenCall call : all) {
            if (call.isAbandoned()) {
                performer.interrupt(Actions.Interrupt.unlessInterrupted(call));
            }
        }
        threads.joinAll(all);
    }
}
