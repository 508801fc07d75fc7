package dev.interlock.langchain4j;

import dev.interlock.durable.Decision;
import dev.interlock.execution.ToolCallExecutor;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.service.AiServiceContext;
import dev.langchain4j.service.tool.AiServiceTool;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The part of {@link ParallelTools} that goes on with earlier rounds: it resumes suspended invocations, and tries
 * failed calls again. Thread-safe.
 *
 * <p>Invariant: a round that goes on with an earlier one is in the conversation of the earlier one, if the caller says
 * which. Otherwise a call could run beside its own abandoned attempt.
 */
abstract class SuspendableTools extends StoppableTools {

    /** All living AI services, since the called method may belong to any of them. Guarded by itself. */
    private static final Set<AiServiceContext> SERVICES = Collections.newSetFromMap(new WeakHashMap<>());

    private final HandWrittenLoop handWritten;

    /** The ids of rounds that are being resumed now. */
    private final Set<String> resuming = ConcurrentHashMap.newKeySet();

    SuspendableTools(ToolCallExecutor engine, HandWrittenLoop handWritten) {
        super(engine);
        this.handWritten = handWritten;
    }

    HandWrittenLoop handWritten() {
        return handWritten;
    }

    /** Registers an AI service whose invocations may be resumed. */
    static void serves(AiServiceContext context) {
        synchronized (SERVICES) {
            SERVICES.add(context);
        }
    }

    /**
     * Resumes an AI service's suspended invocation, here or in another process, by calling the service's method again
     * with the same arguments. The memory does not get the question again, and the suspended response stands in for the
     * model's first one. Ended calls do not run again; the decisions determine the others, see
     * {@link dev.interlock.execution.ToolCallExecutor#resume}. Then the results replace the messages in memory that
     * said that there is no result yet, in call order, and the loop asks the model as usual.
     *
     * {@snippet :
     * SuspendedInvocation suspended = SuspendedInvocation.fromJson(desk.take(id));
     * String answer = parallel.resume(
     *         suspended, Map.of(0, Decision.approved()), () -> assistant.chat("7", "Pay the invoices of May"));
     * }
     *
     * <p>If the method returns a {@code TokenStream}, start the stream inside the function; the calls run on the
     * current thread. The method's exceptions leave this method too, such as an {@link InvocationSuspendedException} if
     * calls are still pending.
     *
     * <p>If the service has a memory, the memory must end with the round as it was suspended. So this refuses a second
     * resume, and a resume after the conversation has moved on; nothing runs then. Without a memory, or if two
     * processes resume at the same time, the caller must make sure that each suspended invocation is resumed only once.
     *
     * @param <T> the type of the method's result
     * @param suspended the invocation
     * @param decisions the decisions about pending calls, by the call's place from 0 ({@link Integer}) or its id
     *     ({@link String}). Calls without a decision stay pending
     * @param method calls the service's method once, on the current thread, with the same memory id
     * @return the method's result
     * @throws IllegalArgumentException if a decision does not fit its call, or the method was called with
     *     another memory id
     * @throws IllegalStateException if the memory does not have the round as it was suspended, if the round is being
     *     resumed elsewhere in this JVM, or if the function did not call the method
     * @throws InvocationSuspendedException if the invocation is suspended again
     */
    public <T extends @Nullable Object> T resume(
            SuspendedInvocation suspended, Map<?, ? extends Decision> decisions, Supplier<T> method) {
        Objects.requireNonNull(method, "method");
        if (suspended.service() == null) {
            throw new IllegalArgumentException(
                    "round " + suspended.round().id() + " belongs to a hand-written loop: resume it with its tools");
        }
        return alone(suspended.decide(decisions), decided -> {
            services().forEach(ResumableMemories::putInto);
            return Resumption.call(decided, method);
        });
    }

    private static List<AiServiceContext> services() {
        synchronized (SERVICES) {
            return List.copyOf(SERVICES);
        }
    }

    /**
     * Resumes a suspended round of a hand-written loop, here or in another process, see {@link
     * #resume(SuspendedInvocation, Map, Collection, InvocationContext)}.
     *
     * @param suspended the invocation
     * @param decisions the decisions, by places or ids
     * @param tools the tools that the calls may name
     * @return one message for each request, in order
     */
    public List<ToolExecutionResultMessage> resume(
            SuspendedInvocation suspended, Map<?, ? extends Decision> decisions, Collection<AiServiceTool> tools) {
        return alone(suspended.decide(decisions), decided -> handWritten.resume(decided, tools, null));
    }

    /**
     * Resumes a suspended round of a hand-written loop, here or in another process. It returns the messages that {@link
     * ParallelTools#execute(AiMessage, Collection, InvocationContext)} would have returned; put them in place of the
     * {@linkplain SuspendedInvocation#results() results} in the conversation. A call of a tool that no longer exists
     * gets an error. This can also finish an AI service's round if the conversation has moved on; it does not change
     * the service's memory.
     *
     * @param suspended the invocation; resume it only once
     * @param decisions the decisions about pending calls, by the call's place from 0 ({@link Integer}) or its id
     *     ({@link String}). Calls without a decision stay pending
     * @param tools the tools that the calls may name
     * @param invocationContext the context for the tools
     * @return one message for each request, in order, including calls that had ended before
     * @throws IllegalArgumentException if a decision does not fit
     * @throws IllegalStateException if the round is being resumed elsewhere in this JVM
     * @throws InvocationSuspendedException if the invocation is suspended again
     */
    public List<ToolExecutionResultMessage> resume(
            SuspendedInvocation suspended,
            Map<?, ? extends Decision> decisions,
            Collection<AiServiceTool> tools,
            InvocationContext invocationContext) {
        return alone(suspended.decide(decisions), decided -> handWritten.resume(decided, tools, invocationContext));
    }

    /**
     * The rounds that were under way when the process ended that ran them, as far as the journal has them, see
     * {@link dev.interlock.execution.ToolCallExecutor#recover}. Each is given as one of a hand-written loop, to be
     * resumed with its tools, since a journal knows neither the conversation nor the AI service that asked for the
     * calls. If tools need the context of the conversation, pass it to {@code resume}. A round whose calls have all
     * ended is resumed as well: then no tool runs, and the journal forgets the round.
     *
     * {@snippet :
     * for (SuspendedInvocation unfinished : parallel.recover()) {
     *     Map<Integer, Decision> decisions = new HashMap<>();
     *     for (int place : unfinished.round().pending()) {
     *         decisions.put(place, Decision.givenUp("the process ended before its result was known"));
     *     }
     *     parallel.resume(unfinished, decisions, parallel.tools(bankTools));
     * }
     * }
     *
     * @return a snapshot, the round that began first in front
     * @throws IllegalStateException if there is no journal
     * @throws dev.interlock.durable.journal.JournalException if it cannot be read
     */
    public List<SuspendedInvocation> recover() {
        return handWritten.recover();
    }

    /**
     * Repeats the requests of a message whose results are errors, see {@link #retryFailed(AiMessage, List, Collection,
     * InvocationContext)}. The calls get a new context without memory id or parameters. Do not use this if the calls
     * were executed with a context of the caller's.
     *
     * @param aiMessage the response's message
     * @param results the message's results, one for each request, in order
     * @param tools the tools it may call
     * @return the results in the same order; results without an error are unchanged
     * @throws IllegalArgumentException if the numbers of results and requests differ
     */
    public List<ToolExecutionResultMessage> retryFailed(
            AiMessage aiMessage, List<ToolExecutionResultMessage> results, Collection<AiServiceTool> tools) {
        return handWritten.retryFailed(aiMessage, results, tools, null);
    }

    /**
     * Repeats the requests of a message whose results are errors, as a batch of their own. It repeats writes too, so
     * the caller must weigh what a failed call may have done. A call that did not run because its response was cut does
     * not run here either. The caller decides about the repeats, so they do not count as calls of the invocation.
     *
     * <p>Pass the context with which the calls were executed. Then the tools get it again, and the calls are in the
     * same conversation: a call whose first attempt was {@linkplain ParallelTools#abandoned abandoned}, and still runs,
     * waits for that attempt's resources. A call keeps the idempotency key that its result has as an attribute.
     *
     * @param aiMessage the response's message
     * @param results the message's results, one for each request, in order
     * @param tools the tools it may call
     * @param invocationContext the context for the tools
     * @return the results in the same order; results without an error are unchanged
     * @throws IllegalArgumentException if the numbers of results and requests differ
     * @throws InvocationSuspendedException if calls are pending, and no other call can go on
     */
    public List<ToolExecutionResultMessage> retryFailed(
            AiMessage aiMessage,
            List<ToolExecutionResultMessage> results,
            Collection<AiServiceTool> tools,
            InvocationContext invocationContext) {
        return handWritten.retryFailed(
                aiMessage, results, tools, Objects.requireNonNull(invocationContext, "invocationContext"));
    }

    private interface Resume<T extends @Nullable Object> {
        T resume(SuspendedInvocation decided);
    }

    private <T extends @Nullable Object> T alone(SuspendedInvocation decided, Resume<T> resume) {
        String id = decided.round().id();
        if (!resuming.add(id)) {
            throw new IllegalStateException("round " + id + " is being resumed already");
        }
        try {
            return resume.resume(decided);
        } finally {
            resuming.remove(id);
        }
    }
}
