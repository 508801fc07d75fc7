package dev.interlock.execution;

import dev.interlock.call.CallResult.ThreadKind;
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

    /** Tells the schedule what happens. */
    interface Event {
        Actions happensTo(Schedule schedule);
    }

    /** What happens, and all that comes of it; says whether what was asked for is allowed. */
    boolean pass(Event event) {
        Actions actions = decide(event);
        perform(actions);
        return actions.allowed();
    }

    /** The same for a caller that has just read the clock. */
    boolean pass(long now, Event event) {
        Actions actions = decide(now, event);
        perform(actions);
        return actions.allowed();
    }

    /** What happens; what comes of it is for the caller. */
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
     * What the owner is to do.
     *
     * @param actions what is to be done
     * @param done whether all is
     * @param parkNanos for how long it is to park if there is nothing to do
     */
    record Step(Actions actions, boolean done, long parkNanos) {}

    /** The owner looks what is to be done. */
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

    /** Looks at the schedule, or tells it what nothing comes of. */
    <T> T ask(Function<Schedule, T> question) {
        assert !lock.isHeldByCurrentThread();
        lock.lock();
        try {
            return question.apply(at(settings.time().nanos()));
        } finally {
            lock.unlock();
        }
    }

    /** The schedule, for an event of {@code now}. */
    private Schedule at(long now) {
        assert lock.isHeldByCurrentThread();
        Thread thread = owner.thread();
        return schedule.at(now, schedule.ownerRunsCall() && thread != null && thread.isInterrupted());
    }

    /** What is to be known with the event, and not later. */
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
            // Of a call that came too late nothing is told.
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
     * What is to be done without the lock, and all that comes of it, in this round and others. One after the other, not one
     * within the other: there may be any number of calls.
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
            performAfter(decide(changing -> changing.startFailed(call, e)), after);
        }
    }

    /** Whether a call's thread may be started: from then on the owner will join it. */
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

    /** Has the owner look again; if there is none and the round is done, ends it. */
    void wake() {
        Thread thread = owner.thread();
        if (thread == null) {
            finish();
        } else if (!owner.isCurrent()) {
            LockSupport.unpark(thread);
        }
    }

    /** The engine itself failed, for example for lack of memory: all calls get an outcome, and the error leaves. */
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

    /** On the clock's thread, which all rounds share: what may run foreign code goes to another one. */
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

    /** Those that have come. */
    DrivenCall[] calls() {
        if (!comeOneByOne) {
            return frame.calls();
        }
        return ask(asked -> asked.calls().stream().map(DrivenCall::of).toArray(DrivenCall[]::new));
    }

    /** Every call has its outcome: tells so, once what there is to tell of the calls has been told. */
    void finish() {
        DrivenCall[] ended;
        lock.lock();
        try {
            if (!schedule.isDone() || (over && owner.thread() == null)) {
                // Not yet, or a late call: the thread that awaits the round will see it.
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
            // Calls that come late are the round's, but not of what is told.
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
