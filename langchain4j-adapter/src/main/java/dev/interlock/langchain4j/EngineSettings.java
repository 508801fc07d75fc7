package dev.interlock.langchain4j;

import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Effects;
import dev.interlock.effect.Undeclared;
import dev.interlock.event.RoundListener;
import dev.interlock.execution.CallInterceptor;
import dev.interlock.execution.Concurrency;
import dev.interlock.execution.ContextPropagator;
import dev.interlock.execution.ResultLimit;
import dev.interlock.execution.ToolCallExecutor;
import java.time.Duration;
import java.util.concurrent.ThreadFactory;

/**
 * The settings of {@link ParallelTools.Builder} that are the engine's. Not thread-safe.
 *
 * @param <B> the builder, which every setter returns
 */
abstract class EngineSettings<B extends EngineSettings<B>> {

    final ToolCallExecutor.Builder engine = ToolCallExecutor.builder().contextPropagator(new ManagedContext());

    abstract B self();

    /**
     * Sets how many calls of a round may run at the same time; 5 by default.
     *
     * @param maxConcurrency at least 1; {@link ParallelTools#UNLIMITED} for no limit
     * @return this
     * @throws IllegalArgumentException if it is below 1
     */
    public B maxConcurrency(int maxConcurrency) {
        engine.maxConcurrency(maxConcurrency);
        return self();
    }

    /**
     * Sets how many calls of a round may run at the same time.
     *
     * @param concurrency the limit, such as {@link Concurrency#forIo()}
     * @return this
     */
    public B concurrency(Concurrency concurrency) {
        engine.concurrency(concurrency);
        return self();
    }

    /**
     * Sets the limit of one attempt of a call, from its body's start; none by default.
     *
     * @param timeout more than zero
     * @return this
     */
    public B timeout(Duration timeout) {
        engine.timeout(timeout);
        return self();
    }

    /**
     * Sets the limit of a call with its waits, from the start of its round; none by default.
     *
     * @param callTimeout more than zero
     * @return this
     */
    public B callTimeout(Duration callTimeout) {
        engine.callTimeout(callTimeout);
        return self();
    }

    /**
     * Sets the limit of a round: what is unfinished then gets an error result, and the loop goes on; none by default.
     *
     * @param roundTimeout more than zero
     * @return this
     */
    public B roundTimeout(Duration roundTimeout) {
        engine.roundTimeout(roundTimeout);
        return self();
    }

    /**
     * Sets how long an interrupted call may take to end before it is abandoned; 250 ms by default.
     *
     * @param gracePeriod more than zero
     * @return this
     */
    public B gracePeriod(Duration gracePeriod) {
        engine.gracePeriod(gracePeriod);
        return self();
    }

    /**
     * Sets how long a call waits for a resource that an abandoned call of its round holds; 10 s by default.
     *
     * @param heldResourceTimeout more than zero
     * @return this
     */
    public B heldResourceTimeout(Duration heldResourceTimeout) {
        engine.heldResourceTimeout(heldResourceTimeout);
        return self();
    }

    /**
     * Sets what a tool reads and writes. Wins over annotations and all other sources.
     *
     * @param tool the name of the tool
     * @param effects its effects
     * @return this
     */
    public B effects(String tool, Effects effects) {
        engine.effects(tool, effects);
        return self();
    }

    /**
     * Sets how calls of a tool are run.
     *
     * @param tool the name of the tool
     * @param policy its policy
     * @return this
     */
    public B policy(String tool, ToolPolicy policy) {
        engine.policy(tool, policy);
        return self();
    }

    /**
     * Sets what holds for tools of which nothing is known; {@link Undeclared#SERIAL} by default.
     *
     * @param undeclared serial or parallel
     * @return this
     */
    public B undeclared(Undeclared undeclared) {
        engine.undeclared(undeclared);
        return self();
    }

    /**
     * Adds a propagator of context to the threads of calls.
     *
     * @param propagator the propagator
     * @return this
     */
    public B contextPropagator(ContextPropagator propagator) {
        engine.contextPropagator(propagator);
        return self();
    }

    /**
     * Adds a listener.
     *
     * @param listener is told what happens in rounds
     * @return this
     */
    public B listener(RoundListener listener) {
        engine.listener(listener);
        return self();
    }

    /**
     * Sets who makes the threads of calls, for tools that compute or that pin their carrier; virtual threads by
     * default.
     *
     * @param threadFactory makes an unstarted thread for each call
     * @return this
     */
    public B threadFactory(ThreadFactory threadFactory) {
        engine.threadFactory(threadFactory);
        return self();
    }

    /**
     * Adds an interceptor around every call; the first one added is the outermost.
     *
     * @param interceptor the interceptor
     * @return this
     */
    public B interceptor(CallInterceptor interceptor) {
        engine.interceptor(interceptor);
        return self();
    }

    /**
     * Sets how many calls of some tools together may run at the same time, in all rounds of this instance.
     *
     * @param maxConcurrency at least 1
     * @param tools the names of the tools; one that ends in {@code *} stands for all that begin with the rest
     * @return this
     * @throws IllegalArgumentException if it is below 1, or there are no tools
     */
    public B groupConcurrency(int maxConcurrency, String... tools) {
        engine.groupConcurrency(maxConcurrency, tools);
        return self();
    }

    /**
     * Sets how many calls may run at the same time in all rounds of this instance together; unlimited by default. A
     * call whose body waits for a round of its own does not count.
     *
     * @param maxConcurrency at least 1
     * @return this
     * @throws IllegalArgumentException if it is below 1
     */
    public B totalConcurrency(int maxConcurrency) {
        engine.totalConcurrency(maxConcurrency);
        return self();
    }

    /**
     * Sets how many calls of a batch are run; unlimited by default. The others fail, with a message that says so.
     *
     * @param maxCalls at least 1
     * @return this
     * @throws IllegalArgumentException if it is below 1
     */
    public B maxCallsPerBatch(int maxCalls) {
        engine.maxCallsPerBatch(maxCalls);
        return self();
    }

    /**
     * Sets how long the arguments of a call may be; unlimited by default. A call with longer ones fails without being
     * run.
     *
     * @param maxBytes the most bytes of their JSON text in UTF-8, at least 1
     * @return this
     * @throws IllegalArgumentException if it is below 1
     */
    public B maxArgumentBytes(int maxBytes) {
        engine.maxArgumentBytes(maxBytes);
        return self();
    }

    /**
     * Sets how long what a call tells the model may be, its result or its error; unlimited by default. What is counted
     * says {@link ResultLimit}. Hooks and interceptors see the whole.
     *
     * @param limit how long, and what becomes of a longer one
     * @return this
     */
    public B resultLimit(ResultLimit limit) {
        engine.resultLimit(limit);
        return self();
    }

    /**
     * Sets whether the first call that does not succeed cancels the rest of its batch; false by default. A call of a tool
     * that does not exist is one that does not succeed.
     *
     * @param failFast true to cancel
     * @return this
     */
    public B failFast(boolean failFast) {
        engine.failFast(failFast);
        return self();
    }

    /**
     * Sets whether equal calls of a batch that only read are executed once, and all have that outcome; unless a call
     * between them writes what they read. False by default.
     *
     * @param coalescing true to execute them once
     * @return this
     */
    public B coalescing(boolean coalescing) {
        engine.coalescing(coalescing);
        return self();
    }

    /**
     * Sets whether an argument may refer to the result of an earlier call of the same response; false by default.
     * <code>${1}</code> is the result of the first call, <code>${1.results[0].title}</code> a part of it: searching
     * and analysing what was found is one response then, not two. The model is told so with the system message, and
     * tool schemas allow references where a number, a truth value, a list or an object stands; neither is kept in the
     * conversation. See {@link ToolCallExecutor.Builder#chaining} for what is put in, and what is an error; and
     * {@link ToolPolicy.Builder#references} for tools that write, which take no references unless their policy allows
     * it.
     *
     * @param chaining true to chain calls
     * @return this
     */
    public B chaining(boolean chaining) {
        engine.chaining(chaining);
        return self();
    }

    /**
     * Sets whether conflicting calls of different batches exclude each other, so that their order is not set but they
     * do not overlap; false by default. A call takes all its resources at once or none. A call that is made within
     * another call's body waits for the resources of other conversations for {@link #heldResourceTimeout} at most,
     * since it holds up others meanwhile.
     *
     * @param exclusive true to exclude
     * @return this
     */
    public B exclusiveAcrossConversations(boolean exclusive) {
        engine.exclusiveAcrossConversations(exclusive);
        return self();
    }
}
