package dev.interlock.execution;

import dev.interlock.call.CallResult.ThreadKind;
import dev.interlock.call.Outcome;
import dev.interlock.schedule.Actions;
import dev.interlock.schedule.Call;
import dev.interlock.schedule.Manner;
import dev.interlock.schedule.Note;
import dev.interlock.schedule.Outcomes;
import dev.interlock.schedule.Schedule;
import dev.interlock.schedule.Sharing;
import dev.interlock.share.Claim;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The {@link Schedule} of a round behind its lock: it tells the schedule what happens, and carries out the actions.
 *
 * <p>One lock guards all state of the round and of its calls. No foreign code runs under it: bodies, listeners,
 * propagators, thread factories, effect functions, loggers and interrupts come after it, as {@link Actions}.
 */
final class ScheduleDriver {

    private static final Logger log = LoggerFactory.getLogger(ScheduleDriver.class);

    private final ReentrantLock lock = new ReentrantLock();
    private final RoundFrame frame;
    private final OwnerThread owner;
    private final RoundSettings settings;
    private final CallThreads threads;
    private final boolean comeOneByOne;

    // Guarded by the lock.
    private final Schedule schedule;
    private final Alarm alarm;
    private boolean over;

    ScheduleDriver(RoundFrame frame) {
        this.frame = frame;
        this.owner = frame.owner();
        this.settings = frame.settings();
        this.comeOneByOne = frame.calls().length == 0;
        this.threads = new CallThreads(frame, this::mayLaunch);
        this.alarm = new Alarm(settings.time(), this::alarmRings);
        this.schedule = new Schedule(
                settings.limits(),
                new Sharing(settings.shared(), frame.scope(), frame.ancestor()),
                new Manner(
                        settings.coalescing(),
                        settings.beforeTurn() > 0,
                        frame.callExecutor() != null,
                        frame.reporter().isListened(),
                        frame.isConfined()),
                Arrays.asList(frame.calls()));
    }

    /** Something that happens, told to the schedule. */
    interface Event {
        Actions happensTo(Schedule schedule);
    }

    /** Tells the schedule an event and carries out the actions. Returns whether the thread may do what it asked for. */
    boolean pass(Event event) {
        Actions actions = decide(event);
        perform(actions);
        return actions.allowed();
    }

    /** Does the same for a caller that has just read the clock. */
    boolean pass(long now, Event event) {
        Actions actions = decide(now, event);
        perform(actions);
        return actions.allowed();
    }

    /** Tells the schedule an event; the caller carries out the actions. */
    Actions decide(Event event) {
        return decide(settings.time().nanos(), event);
    }

    private Actions decide(long now, Event event) {
        assert !lock.isHeldByCurrentThread();
        lock.lock();
        try {
            return noted(event.happensTo(at(now)));
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

    /** Asks the schedule what the owner must do. */
    Step next() {
        assert !lock.isHeldByCurrentThread() && owner.isCurrent();
        lock.lock();
        try {
            Schedule changing = at(settings.time().nanos());
            stopIfWanted(changing);
            Actions actions = noted(changing.next());
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

    /** Reads the schedule, or tells it something without actions. */
    <T> T ask(Function<Schedule, T> question) {
        assert !lock.isHeldByCurrentThread();
        lock.lock();
        try {
            return question.apply(at(settings.time().nanos()));
        } finally {
            lock.unlock();
        }
    }

    /** Returns the schedule, set to {@code now}. */
    private Schedule at(long now) {
        assert lock.isHeldByCurrentThread();
        Thread thread = owner.thread();
        return schedule.at(now, schedule.ownerRunsCall() && thread != null && thread.isInterrupted());
    }

    /** Does what must happen together with the event, under the lock. */
    private Actions noted(Actions actions) {
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
        if (schedule.isDone()) {
            alarm.silence();
        } else {
            alarm.setFor(schedule.now(), schedule.alarm());
        }
        return actions;
    }

    /**
     * Carries out actions without the lock, and all that follows from them in this and other rounds. It works through a
     * queue and does not recurse, since there may be any number of calls.
     */
    void perform(Actions actions) {
        if (actions.wake()) {
            wake();
        }
        if (actions.isEmpty()) {
            return;
        }
        Deque<Runnable> after = new ArrayDeque<>(1);
        perform(actions, after);
        for (Runnable next = after.poll(); next != null; next = after.poll()) {
            next.run();
        }
    }

    private void perform(Actions actions, Deque<Runnable> after) {
        assert !lock.isHeldByCurrentThread();
        actions.unpark()
                .forEach(
                        call -> LockSupport.unpark(DrivenCall.of(call).running().thread()));
        actions.interrupt().forEach(this::interrupt);
        for (Call call : actions.abandoned()) {
            threads.markAbandoned(DrivenCall.of(call));
            Replicas.abandoned(DrivenCall.of(call));
            DrivenCall.of(call).body().onAbandoned();
        }
        for (Note note : actions.tell()) {
            DrivenCall.of(note.call()).requireEvents().tellNotes();
        }
        for (Call call : actions.start()) {
            start(DrivenCall.of(call), after);
        }
        for (Claim claim : actions.granted()) {
            DrivenCall.of(Call.claiming(claim)).control().granted(claim, after);
        }
        for (Claim claim : actions.suspicious()) {
            DrivenCall.of(Call.claiming(claim)).control().suspected(claim, after);
        }
    }

    void performAfter(Actions actions, Deque<Runnable> after) {
        if (actions.wake()) {
            wake();
        }
        if (!actions.isEmpty()) {
            after.add(() -> perform(actions, after));
        }
    }

    private void interrupt(Actions.Interrupt interrupt) {
        DrivenCall call = DrivenCall.of(interrupt.call());
        if (interrupt.again() || !call.isInterruptedByRound()) {
            boolean sharesFlag = call.threadKind() == ThreadKind.OWNER && owner.cancelled() == null;
            call.running().interrupt(interrupt.attempt(), sharesFlag, call.inWords());
        }
    }

    private void start(DrivenCall call, Deque<Runnable> after) {
        try {
            threads.start(call);
        } catch (Throwable e) {
            call.readMessage(new Outcome.Failed(e));
            performAfter(decide(changing -> changing.startFailed(call, e)), after);
        }
    }

    /** Returns whether a call's thread may start; from then on the owner will join it. */
    private boolean mayLaunch(DrivenCall call, Thread thread) {
        lock.lock();
        try {
            boolean launches = schedule.launch(call);
            if (launches) {
                call.launched(thread);
            }
            return launches;
        } finally {
            lock.unlock();
        }
    }

    /** Makes the owner look again. If there is none and the round is done, ends the round. */
    void wake() {
        Thread thread = owner.thread();
        if (thread == null) {
            finish();
        } else if (!owner.isCurrent()) {
            LockSupport.unpark(thread);
        }
    }

    /**
     * Handles a failure of the engine itself, such as lack of memory: all calls get an outcome, and the error leaves
     * the round.
     */
    void collapse(Throwable error, @Nullable DrivenCall own) {
        log.error("Round {} ends by an internal error", frame.number(), error);
        Actions actions;
        try {
            actions = decide(changing -> {
                frame.internalError(error);
                return changing.collapsed(error, own);
            });
        } finally {
            wake();
        }
        perform(actions);
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
                actions = noted(at(settings.time().nanos()).timePassed());
                done = schedule.isDone();
            } finally {
                lock.unlock();
            }
            if (done || !actions.isEmpty()) {
                Thread.ofPlatform()
                        .daemon()
                        .name("interlock-alarm-" + frame.number())
                        .inheritInheritableThreadLocals(false)
                        .start(() -> perform(actions));
            }
        } catch (Throwable e) {
            collapse(e, null);
        }
    }

    /** The calls so far. */
    DrivenCall[] calls() {
        if (!comeOneByOne) {
            return frame.calls();
        }
        return ask(asked -> asked.calls().stream().map(DrivenCall::of).toArray(DrivenCall[]::new));
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
        frame.reporter().settle(ended);
        frame.over(ended);
    }

    /**
     * On return every thread of the round has ended or has been interrupted. Another thread may have decided to
     * interrupt an abandoned call without having done it yet, so this does it.
     */
    void joinAll() {
        DrivenCall[] all = calls();
        for (DrivenCall call : all) {
            if (call.isAbandoned()) {
                interrupt(new Actions.Interrupt(call, 0, false));
            }
        }
        threads.joinAll(all);
    }
}
