package dev.interlock.execution;

import dev.interlock.call.CallResult.ThreadKind;
import dev.interlock.call.Outcome;
import dev.interlock.call.ToolCall;
import dev.interlock.effect.Access;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call of a {@link Round}: what an integration implements to have its own calls run. Users of
 * {@link ToolCallExecutor#execute} do not meet it.
 *
 * <p>A task belongs to one round and is run once. Its fields are the round's state of the call.
 */
public abstract class CallTask {

    /** How far a call has come; it only moves forward. */
    enum Phase {
        /** Waits for other calls, or for its turn. */
        WAITING,
        /** Given to a thread that has not begun it. */
        STARTING,
        /** Its body runs. */
        RUNNING,
        /** Its body has ended and its outcome is settled; listeners are being told. */
        ENDING,
        /** Has its outcome. */
        DONE,
        /** Has its outcome, but its body still runs. */
        ABANDONED
    }

    private static final Logger log = LoggerFactory.getLogger(CallTask.class);

    private final ToolBinding binding;

    // Written by the thread that runs the round, or under the dispatcher's lock once there is one.
    Phase phase = Phase.WAITING;
    int index;

    @Nullable
    Outcome outcome;

    @Nullable
    List<Access> accesses;

    /** When the call was admitted to its round, which is when its limit starts. */
    long admittedNanos;

    int attempts;
    long startNanos;
    long endNanos;

    /** Written by the thread that runs the body, even if the call was abandoned before. */
    long bodyStartNanos;

    long bodyEndNanos;
    volatile @Nullable RoundFailure roundFailure;

    ThreadKind threadKind = ThreadKind.NONE;

    /** The thread that runs the body; written under this object's monitor, under which it is interrupted. */
    volatile @Nullable Thread thread;

    /** The thread made for this call, set before it is started; for the owner, who joins it. */
    volatile @Nullable Thread launched;

    /** Whether the round, and not somebody else, interrupted {@link #thread}; written under this object's monitor. */
    volatile boolean interruptedByRound;

    /**
     * Whether the call is not for the user's executor, which left it lying or gave it back. Only accessed by the owner.
     */
    boolean ownThread;

    /** Whether an abandoned call has given up its accesses. */
    boolean released;

    /** Whether the task was given to a round. */
    boolean taken;

    /** Whether the failure of the body must leave the round. */
    boolean failsRound;

    /** The outcome that the call has if its body ends from now on, whatever it comes to; null if its own counts. */
    @Nullable
    Outcome verdict;

    /**
     * Makes a task.
     *
     * @param binding the tool it calls, see {@link ToolCallExecutor#bind} and {@link ToolCallExecutor#bindUnknown}
     */
    protected CallTask(ToolBinding binding) {
        this.binding = Objects.requireNonNull(binding, "binding");
    }

    /**
     * The call, its arguments parsed. Asked for only where a plan or a listener needs it.
     *
     * @return the same call every time
     */
    protected abstract ToolCall call();

    /**
     * Whether the arguments are a JSON object, see {@link ToolCall#hasObjectArguments()}. To be overridden where that can
     * be told without parsing them all.
     *
     * @return false for a call that is a barrier because of its arguments
     */
    protected boolean hasObjectArguments() {
        return call().hasObjectArguments();
    }

    /**
     * Runs the tool's body once, on the thread of the call. Whatever it throws is this call's failure, except
     * {@link RoundFailure}.
     *
     * @return the result, may be null
     * @throws Exception to fail the call; so does any error
     */
    protected abstract @Nullable Object run() throws Exception;

    /**
     * The tool it calls.
     *
     * @return the binding
     */
    public final ToolBinding binding() {
        return binding;
    }

    /**
     * What the call came to.
     *
     * @return the outcome
     * @throws IllegalStateException if its round has not ended
     */
    public final Outcome outcome() {
        Outcome result = outcome;
        if (result == null) {
            throw new IllegalStateException("call " + (index + 1) + " ('" + binding.name() + "') has no outcome yet");
        }
        return result;
    }

    /** The round has it as its call {@code place}. */
    final void take(int place) {
        if (taken) {
            throw new IllegalArgumentException("call " + (place + 1) + " was given to a round before");
        }
        taken = true;
        index = place;
    }

    final synchronized void enterThread(Thread current) {
        thread = current;
    }

    /** From here on no interrupt that is meant for the call reaches the thread. */
    final synchronized void leaveThread() {
        thread = null;
    }

    /** Interrupts the body, if it still runs. The thread may be of a user's class, and do what it likes then. */
    final synchronized void interrupt() {
        Thread running = thread;
        if (running != null) {
            interruptedByRound = true;
            try {
                running.interrupt();
            } catch (RuntimeException e) {
                log.warn("The thread of {} failed to be interrupted", toolInQuotes(), e);
            }
        }
    }

    /**
     * Whether {@code error} came about because this call was interrupted: by its round, or, where it runs on the thread
     * that called in, by whoever interrupted that. To be asked on the call's thread, within {@link #run()}.
     *
     * @param error what the tool threw
     * @return true if it is not the tool's own failure
     */
    protected final boolean endedByInterrupt(Throwable error) {
        return interruptedByRound
                || (threadKind == ThreadKind.OWNER
                        && (Thread.currentThread().isInterrupted() || Interrupts.isInterrupt(error)));
    }

    /** Whether the call is known to change nothing, whatever becomes of it. */
    final boolean onlyReads() {
        List<Access> known = accesses;
        return binding.effects().isReadOnly()
                || (known != null && known.stream().noneMatch(Access::isWrite));
    }

    final String toolInQuotes() {
        return "tool '" + binding.name() + "'";
    }
}
