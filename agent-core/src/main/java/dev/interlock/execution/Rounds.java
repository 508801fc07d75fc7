package dev.interlock.execution;

import dev.interlock.durable.SuspendedCall;
import dev.interlock.durable.SuspendedRound;
import dev.interlock.plan.CallPlan;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * For integrations: makes an executor's rounds from calls of their own. Users of {@link ToolCallExecutor#execute} do
 * not meet it. Thread-safe.
 */
public final class Rounds {

    private final RoundSettings settings;
    private final ToolBinder binder;

    Rounds(RoundSettings settings, ToolBinder binder) {
        this.settings = settings;
        this.binder = binder;
    }

    /**
     * Tells whether arguments may refer to results of earlier calls.
     *
     * @return the setting of {@link SettingsBuilder#chaining}
     */
    public boolean chaining() {
        return settings.chaining();
    }

    /**
     * Tells whether the current thread tells a listener of an event. A round may wait for that, so code that a listener
     * calls must not wait for a round.
     *
     * @return false outside of listeners
     */
    public static boolean tellsListener() {
        return RoundListeners.isTelling();
    }

    /**
     * Tells whether inference of effects is on.
     *
     * @return the setting of {@link SettingsBuilder#inference}
     */
    public boolean inference() {
        return binder.inference();
    }

    /**
     * Returns the limit of a call's result.
     *
     * @return the setting of {@link SettingsBuilder#resultLimit}; null for no limit
     */
    public @Nullable ResultLimit resultLimit() {
        return settings.batch().result();
    }

    /**
     * Settles a tool's effects and policy. The first source that speaks wins: the executor's own effects of that name,
     * what the definition's author declares, effects files, what else it declares, inference, and the policy for
     * undeclared tools.
     *
     * @param tool the tool
     * @return the binding; keep it as long as the tool
     */
    public ToolBinding bind(ToolDefinition tool) {
        return binder.bind(tool);
    }

    /**
     * Reports the tools that the model may call now, in addition to all bound ones. After the first report, a WARN in
     * the log names settings for tools that do not exist.
     *
     * @param tools the tools' names; an empty collection reports nothing
     */
    public void offered(Collection<String> tools) {
        binder.idle().tell(tools);
    }

    /**
     * Returns a binding for an unknown tool name. Its calls are barriers.
     *
     * @param name the name
     * @return the binding
     */
    public ToolBinding bindUnknown(String name) {
        return binder.bindUnknown(name);
    }

    /**
     * Captures the context of the current thread with the executor's propagators.
     *
     * @return the context for later rounds, maybe on other threads
     */
    public CapturedContext captureContext() {
        return CapturedContext.capture(settings.propagators());
    }

    /**
     * Creates a round for the current thread to execute.
     *
     * @param calls the calls in the model's order, each new
     * @return the round
     */
    public Round round(List<? extends RoundCall> calls) {
        return round(calls, null, null, captureContext());
    }

    /**
     * Creates a round.
     *
     * @param calls the calls in the model's order, each new
     * @param callExecutor runs the calls in place of threads of their own; a call that it rejects or does not run gets
     *     a virtual thread. Null for threads of their own
     * @param conversation identifies the conversation; null for the executor's own
     * @param context what {@link #captureContext()} gave
     * @return the round
     */
    public Round round(
            List<? extends RoundCall> calls,
            @Nullable Executor callExecutor,
            @Nullable Object conversation,
            CapturedContext context) {
        return new Round(frame(calls, callExecutor, conversation, context));
    }

    /**
     * Makes a round that tries some calls of a batch again. Journals, handovers and suspensions have it as the whole
     * batch.
     *
     * @param calls those that are tried again, in call order, each new
     * @param places their places in the batch, from 0
     * @param batch all calls of the batch: those that are tried again as waiting, the others as ended
     * @param keys by places, the keys that their tools know of calls
     * @param conversation identifies the conversation; null for the executor's own
     * @return the round
     */
    public Round again(
            List<? extends RoundCall> calls,
            List<Integer> places,
            List<SuspendedCall> batch,
            Map<Integer, String> keys,
            @Nullable Object conversation) {
        return part(calls, new BatchPart(new KeptBatch(batch, keys), places, true), conversation);
    }

    /** Creates a round that runs a part of a batch. */
    Round part(List<? extends RoundCall> calls, BatchPart part, @Nullable Object conversation) {
        RoundFrame frame = frame(calls, null, conversation, captureContext());
        frame.setPart(part);
        Map<Integer, String> keys = part.batch().keys();
        for (int i = 0; i < calls.size(); i++) {
            String key = keys.get(part.placeInBatch(i));
            if (key != null) {
                calls.get(i).driven().history().key(key);
            }
        }
        return new Round(frame);
    }

    /**
     * Makes a round that goes on from where it was suspended, to be executed on the current thread.
     *
     * @param suspended the round, decisions {@linkplain SuspendedRound#decide included}
     * @param calls a new call with the same arguments for each of the round's calls, in call order. Calls that had
     *     ended do not run; they get their stored outcomes
     * @param callExecutor runs the calls; null for threads of their own
     * @param conversation identifies the conversation; null for the executor's own
     * @param context what {@link #captureContext()} gave
     * @return the round
     * @throws IllegalArgumentException if the number of calls differs
     */
    public Round resumed(
            SuspendedRound suspended,
            List<? extends RoundCall> calls,
            @Nullable Executor callExecutor,
            @Nullable Object conversation,
            CapturedContext context) {
        if (calls.size() != suspended.calls().size()) {
            throw new IllegalArgumentException(
                    "the suspended round has " + suspended.calls().size() + " calls, but was given " + calls.size());
        }
        for (int place = 0; place < calls.size(); place++) {
            KeptRounds.restore(
                    calls.get(place).driven(),
                    suspended.calls().get(place),
                    suspended.keys().get(place));
        }
        RoundFrame frame = frame(calls, callExecutor, conversation, context);
        frame.resumeFrom(suspended);
        return new Round(frame);
    }

    /**
     * Plans a round without executing it.
     *
     * @param calls the calls in the model's order, each new
     * @return which call waits for which, and why
     */
    public CallPlan plan(List<? extends RoundCall> calls) {
        RoundFrame frame = frame(calls, null, null, captureContext());
        RoundReferences.findIn(frame);
        return DrivenCall.plan(List.of(frame.calls()));
    }

    /**
     * Begins a round whose calls come one at a time, while the model still writes.
     *
     * @param callExecutor runs the calls; null for threads of their own
     * @param conversation identifies the conversation; null for the executor's own
     * @param context what {@link #captureContext()} gave
     * @return the round
     */
    public StreamedRound streamedRound(
            @Nullable Executor callExecutor, @Nullable Object conversation, CapturedContext context) {
        return StreamedRound.begin(frame(List.of(), callExecutor, conversation, context));
    }

    /**
     * Tells whether the executor has {@linkplain RoundGuard guards}.
     *
     * @return false if all rounds may run anywhere
     */
    public boolean isGuarded() {
        return !settings.guards().isEmpty();
    }

    /**
     * Tells whether calls of an incomplete response may start. They may if no {@linkplain RoundGuard guard} objects on
     * the current thread, and the thread is not interrupted meanwhile. Ask without calls on the thread that asks the
     * model, and with the calls so far on the thread that will admit the last of them.
     *
     * <p>Apart from the guards' time, the number of calls does not matter.
     *
     * @param calls the known calls in call order; do not change the list afterwards, since a guard may keep it
     * @return false if all calls must wait until the response is complete
     */
    public boolean mayStartEarly(List<? extends RoundCall> calls) {
        if (!isGuarded()) {
            return true;
        }
        RoundGuards.Answer answer = settings.guards().ask(new AskedCalls(calls));
        Throwable refusal = answer.refusal();
        if (refusal != null && Interrupts.isInterrupt(refusal)) {
            Thread.currentThread().interrupt();
        }
        return answer.isAnywhere() && !Thread.currentThread().isInterrupted();
    }

    private RoundFrame frame(
            List<? extends RoundCall> calls,
            @Nullable Executor callExecutor,
            @Nullable Object conversation,
            CapturedContext context) {
        DrivenCall[] driven = new DrivenCall[calls.size()];
        for (int i = 0; i < driven.length; i++) {
            driven[i] = calls.get(i).driven();
        }
        return new RoundFrame(driven, settings, callExecutor, conversation, context);
    }
}
