package dev.interlock.execution;

import dev.interlock.durable.SuspendedRound;
import dev.interlock.plan.CallPlan;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * For integrations: the rounds of an executor, of calls that they bring themselves. Users of
 * {@link ToolCallExecutor#execute} do not meet it. Thread-safe.
 */
public final class Rounds {

    private final RoundSettings settings;
    private final ToolBinder binder;

    Rounds(RoundSettings settings, ToolBinder binder) {
        this.settings = settings;
        this.binder = binder;
    }

    /**
     * Whether arguments may refer to results of earlier calls.
     *
     * @return what {@link SettingsBuilder#chaining} was set to
     */
    public boolean chaining() {
        return settings.chaining();
    }

    /**
     * Whether it is inferred that a tool only reads.
     *
     * @return what {@link SettingsBuilder#inference} was set to
     */
    public boolean inference() {
        return binder.inference();
    }

    /**
     * How long what a call tells the model may be.
     *
     * @return what {@link SettingsBuilder#resultLimit} was set to, null for no limit
     */
    public @Nullable ResultLimit resultLimit() {
        return settings.batch().result();
    }

    /**
     * Settles a tool's effects and policy. The first source that speaks wins: the executor's own effects of that name, what
     * the definition declares by its author's word, effects files, what else it declares, inference, and the policy for
     * undeclared tools.
     *
     * @param tool the tool
     * @return the binding, to be kept as long as the tool
     */
    public ToolBinding bind(ToolDefinition tool) {
        return binder.bind(tool);
    }

    /**
     * Tells which tools the model may call now, beside all that were bound. When that is known for the first time, a warning
     * in the log names what was set for tools that are not there.
     *
     * @param tools their names; none says nothing
     */
    public void offered(Collection<String> tools) {
        binder.idle().tell(tools);
    }

    /**
     * A binding for a name that no tool has. Its calls are barriers.
     *
     * @param name the name
     * @return the binding
     */
    public ToolBinding bindUnknown(String name) {
        return binder.bindUnknown(name);
    }

    /**
     * Captures the context of the current thread, by the propagators of the executor.
     *
     * @return the context for rounds that are made later, perhaps on other threads
     */
    public CapturedContext captureContext() {
        return CapturedContext.capture(settings.propagators());
    }

    /**
     * Makes a round, to be executed on the current thread.
     *
     * @param calls the calls in the model's order, each new
     * @return the round
     */
    public Round round(List<? extends RoundCall> calls) {
        return round(calls, null, null, captureContext());
    }

    /**
     * Makes a round.
     *
     * @param calls the calls in the model's order, each new
     * @param callExecutor runs the calls instead of threads of their own; a call that it rejects or leaves lying gets a
     *     virtual thread all the same. Null for threads of their own
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
     * Makes a round that goes on from where it was suspended, to be executed on the current thread.
     *
     * @param suspended the round, decisions {@linkplain SuspendedRound#decide included}
     * @param calls for each call of it one with its arguments, in call order, each new: those that have ended are not run, and
     *     have the outcomes that were kept
     * @param callExecutor runs the calls; null for threads of their own
     * @param conversation identifies the conversation; null for the executor's own
     * @param context what {@link #captureContext()} gave
     * @return the round
     * @throws IllegalArgumentException if there are not as many calls
     */
    public Round resumed(
            SuspendedRound suspended,
            List<? extends RoundCall> calls,
            @Nullable Executor callExecutor,
            @Nullable Object conversation,
            CapturedContext context) {
        if (calls.size() != suspended.calls().size()) {
            throw new IllegalArgumentException(
                    "the suspended round has " + suspended.calls().size() + " calls, there are " + calls.size());
        }
        for (int place = 0; place < calls.size(); place++) {
            SuspendedRounds.resume(calls.get(place).driven(), suspended.calls().get(place));
        }
        RoundFrame frame = frame(calls, callExecutor, conversation, context);
        frame.resumes(suspended.id());
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
        frame.findReferences();
        return RoundReporter.plan(List.of(frame.calls()));
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
     * Whether there are {@linkplain RoundGuard guards}.
     *
     * @return false if all rounds may run anywhere
     */
    public boolean isGuarded() {
        return !settings.guards().isEmpty();
    }

    /**
     * Whether calls of a response that is not complete may start: no {@linkplain RoundGuard guard}, asked on the current
     * thread, says anything else, nor is that thread interrupted meanwhile. To be asked with no calls on the thread that asks the model, and with the calls so far on the
     * one that is to admit the last of them.
     *
     * <p>Takes the same time however many calls there are, that of the guards apart.
     *
     * @param calls those that are known, in call order; not to be changed afterwards, since a guard may keep what it is given
     * @return false if all calls are to wait until the response is complete
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
