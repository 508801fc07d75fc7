package dev.interlock.jfr;

import dev.interlock.event.CallEnd;
import dev.interlock.event.RoundEvent;
import dev.interlock.event.RoundEvent.CallEvent;
import dev.interlock.jfr.RecordedEvents.OfCall;
import dev.interlock.jfr.RecordedEvents.OfRetry;
import dev.interlock.jfr.RecordedEvents.OfRound;
import dev.interlock.jfr.RecordedEvents.OfWait;
import dev.interlock.text.SafeText;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Writes one round into recordings. It begins and ends a recording's event when it receives a round's event, on any
 * thread. Thread-safe: the events of one call come one after another.
 */
final class RoundRecording implements RoundRecorder {

    private final OfRound round = new OfRound();

    /** By place. Writes hold the monitor, reads do not: a call's threads learn of its entry by its first event. */
    private volatile @Nullable Call[] calls = {};

    /** An unfinished call. The threads that deliver its events access it one after another. */
    private static final class Call {
        private final OfCall event = new OfCall();
        private final ToolTime time = new ToolTime();
        private @Nullable OfWait wait;

        /** Whether it ended without success; a call that was told no end, because the engine has failed, did too. */
        private boolean unsuccessful = true;

        void endWait() {
            if (wait != null) {
                wait.commit();
                wait = null;
            }
        }
    }

    @Override
    public void onEvent(RoundEvent event) {
        switch (event) {
            case RoundEvent.RoundStarted started -> {
                calls = new Call[started.calls().size()];
                round.round = started.round();
                round.begin();
            }
            case RoundEvent.CallPlanned planned -> plan(planned);
            case RoundEvent.RoundEnded ended -> {}
            case CallEvent other -> {
                @Nullable Call[] known = calls;
                Call call = other.index() < known.length ? known[other.index()] : null;
                if (call != null) {
                    add(other, call);
                }
            }
        }
    }

    private synchronized void plan(RoundEvent.CallPlanned planned) {
        Call call = new Call();
        call.event.round = planned.round();
        call.event.call = planned.index() + 1;
        call.event.tool = SafeText.line(planned.planned().call().tool(), true);
        call.event.begin();
        if (planned.index() >= calls.length) {
            // The calls of a streamed response come one at a time.
            calls = Arrays.copyOf(calls, 2 * planned.index() + 4);
        }
        calls[planned.index()] = call;
    }

    private static void add(CallEvent event, Call call) {
        call.time.add(event);
        switch (event) {
            case RoundEvent.CallWaiting waiting -> {
                call.endWait();
                OfWait wait = new OfWait();
                wait.round = call.event.round;
                wait.call = call.event.call;
                wait.tool = call.event.tool;
                wait.kind = waiting.waitsFor().kind().key();
                wait.waitsFor = SafeText.line(waiting.waitsFor().text(), true);
                wait.begin();
                call.wait = wait;
            }
            case RoundEvent.CallRetrying retrying -> {
                OfRetry retry = new OfRetry();
                retry.round = call.event.round;
                retry.call = call.event.call;
                retry.tool = call.event.tool;
                retry.attempt = retrying.attempt();
                retry.delay = retrying.delay().toNanos();
                retry.commit();
            }
            case RoundEvent.CallEnded ended -> {
                call.endWait();
                call.event.end = ended.end().key();
                call.event.attempts = ended.result().attempts();
                call.event.ran = ended.result().duration().toNanos();
                call.unsuccessful = !ended.result().isSuccess() && ended.end() != CallEnd.SUSPENDED;
                call.event.commit();
            }
            case CallEvent other -> call.endWait();
        }
    }

    /** Calls that ended before the round was resumed have no events, and do not count again. */
    @Override
    public void ended() {
        for (Call call : calls) {
            if (call != null) {
                round.calls++;
                round.failed += call.unsuccessful ? 1 : 0;
                round.sequentialTime += call.time.nanos();
            }
        }
        round.commit();
    }
}
